/** The platform's owner: signing in and out of the console. Whoever is in may do everything. */

import { isSuccess, OwnerBootDocument, OwnerSignInDocument, OwnerSignOutDocument } from '@daiqu/client';
import type { AppDefinition } from '@daiqu/kit';

export const access: Pick<AppDefinition, 'signIn' | 'signOut' | 'load'> = {
  async signIn(client, email, password) {
    const { data } = await client.mutation(OwnerSignInDocument, { input: { email, password } });
    const answer = data?.ownerSignIn;
    if (!answer) return { offline: true };
    if (isSuccess(answer)) return { session: { token: answer.token, expiresAt: answer.expiresAt } };
    return { refusal: answer.message };
  },
  async signOut(client) {
    await client.mutation(OwnerSignOutDocument, {});
  },
  async load(client) {
    const { data, error } = await client.query(OwnerBootDocument, {}, { requestPolicy: 'network-only' });
    if (!data) return { error: error as NonNullable<typeof error> };
    return { viewer: { ...data.ownerSelf, rights: [] } };
  },
};
