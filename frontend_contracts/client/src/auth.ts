import { authExchange } from '@urql/exchange-auth';
import { type CombinedError, type Exchange, type Operation } from '@urql/core';
import { filter, merge, pipe, share } from 'wonka';
import * as generated from './generated/graphql.ts';
import { idOf } from './request.ts';
import { codeOf } from './refusals.ts';
import { hasEnded, type Tokens } from './session.ts';

/**
 * Says that the session is no more. An app that can ask for the password in place answers with a
 * promise: what was being sent waits for it, and goes out under the new session.
 */
export type OnSignedOut = () => Promise<void> | void;

/** By their ids: nothing else is known of a document here. */
const WAYS_IN = new Set(
  [
    generated.CourierPhoneCodeRequestDocument,
    generated.CourierSignInWithPhoneDocument,
    generated.CustomerPhoneCodeRequestDocument,
    generated.CustomerSignInWithPhoneDocument,
    generated.OperatorInvitationAcceptDocument,
    generated.OperatorSignInDocument,
    generated.OwnerSignInDocument,
  ].map(idOf),
);

/** Ways in carry no session, and never wait for one. */
function isWayIn(operation: Operation): boolean {
  return WAYS_IN.has(idOf(operation.query));
}

/**
 * The session on every request. The API has one token of fixed length and no second one to renew
 * it with: when it ends, somebody signs in again, and `onSignedOut` says so.
 */
export function sessionExchange(tokens: Tokens, onSignedOut: OnSignedOut): Exchange {
  const withSession = authExchange(async (utilities) => ({
    addAuthToOperation(operation) {
      const session = tokens.read();
      if (session === null) return operation;
      return utilities.appendHeaders(operation, { Authorization: `Bearer ${session.token}` });
    },
    willAuthError() {
      const session = tokens.read();
      return session !== null && hasEnded(session, Date.now());
    },
    didAuthError(error: CombinedError) {
      return codeOf(error) === 'UNAUTHENTICATED' && tokens.read() !== null;
    },
    async refreshAuth() {
      tokens.write(null);
      await onSignedOut();
    },
  }));
  return (input) => (operations$) => {
    const shared$ = pipe(operations$, share);
    const waysIn$ = pipe(shared$, filter(isWayIn));
    const signedIn = withSession({
      ...input,
      forward: (authorised$) => input.forward(merge([authorised$, waysIn$])),
    });
    return signedIn(
      pipe(
        shared$,
        filter((operation) => !isWayIn(operation)),
      ),
    );
  };
}
