import type { CombinedError } from '@urql/core';

interface Member {
  __typename: string;
}

/** The members of a mutation's answer that say no. */
export type RefusalOf<Answer extends Member> = Extract<Answer, { __typename: `${string}Error` }>;

/** The member that says yes. */
export type SuccessOf<Answer extends Member> = Exclude<Answer, RefusalOf<Answer>>;

/**
 * What a mutation was refused with, or null. Its type has every refusal of that mutation, so that
 * a `switch` over `__typename` which ends in `unreachable` fails to compile when one is missing.
 */
export function refusalOf<Answer extends Member>(
  answer: Answer | null | undefined,
): RefusalOf<Answer> | null {
  return answer?.__typename.endsWith('Error') ? (answer as RefusalOf<Answer>) : null;
}

/** Whether a mutation has done what was asked. */
export function isSuccess<Answer extends Member>(
  answer: Answer | null | undefined,
): answer is SuccessOf<Answer> {
  return answer != null && !answer.__typename.endsWith('Error');
}

/** The end of an exhaustive switch. */
export function unreachable(missed: never): never {
  throw new Error(`not handled: ${JSON.stringify(missed)}`);
}

/** The code of what went wrong outside a mutation's union; undefined where there was no answer. */
export function codeOf(error: CombinedError | undefined): string | undefined {
  const code = error?.graphQLErrors[0]?.extensions['code'];
  return typeof code === 'string' ? code : undefined;
}
