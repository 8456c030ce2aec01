import { expect, test } from 'vitest';
import { isSuccess, type OperatorSignInMutation, refusalOf, unreachable } from '../src/index.ts';

type Answer = OperatorSignInMutation['signInWithPassword'];

/** Compiles only while every refusal of the mutation has its case. */
function said(answer: Answer): string {
  const refusal = refusalOf(answer);
  if (refusal === null) return 'welcome';
  switch (refusal.__typename) {
    case 'WrongCredentialsError':
    case 'TooManyAttemptsError':
      return refusal.code;
    case 'InvalidInputError':
      return refusal.field;
    case 'NotFoundError':
      return refusal.what;
    default:
      return unreachable(refusal);
  }
}

test('a success is no refusal', () => {
  const answer: Answer = { __typename: 'SignInSuccess', token: 't', expiresAt: '2030-01-01' };
  expect(said(answer)).toBe('welcome');
  expect(isSuccess(answer) && answer.token).toBe('t');
});

test('a refusal has its own fields', () => {
  const answer: Answer = {
    __typename: 'InvalidInputError',
    code: 'INVALID_INPUT',
    message: 'No.',
    field: 'email',
    reason: 'EMAIL',
  };
  expect(said(answer)).toBe('email');
  expect(isSuccess(answer)).toBe(false);
});

test('nothing is neither', () => {
  expect(refusalOf<Answer>(null)).toBeNull();
  expect(isSuccess<Answer>(undefined)).toBe(false);
});
