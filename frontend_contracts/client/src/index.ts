/** What both apps, and anybody's, speak to the API with. */
export { type OnSignedOut } from './auth.ts';
export { type ClientOptions, createClient } from './client.ts';
export { type LiveState } from './live.ts';
export {
  codeOf,
  isSuccess,
  type RefusalOf,
  refusalOf,
  type SuccessOf,
  unreachable,
} from './refusals.ts';
export { hasEnded, type Session, tabTokens, type Tokens } from './session.ts';
export * from './generated/graphql.ts';
