/** Who works here: signing in and out of the panel, and what the server says of who is in. */

import {
  isSuccess,
  OperatorBootDocument,
  OperatorSignInDocument,
  OperatorSignOutDocument,
} from '@daiqu/client';
import type { AppDefinition } from '@daiqu/kit';

export const access: Pick<AppDefinition, 'signIn' | 'signOut' | 'load'> = {
  async signIn(client, email, password) {
    const { data } = await client.mutation(OperatorSignInDocument, { input: { email, password } });
    const answer = data?.signInWithPassword;
    if (!answer) return { offline: true };
    if (isSuccess(answer)) return { session: { token: answer.token, expiresAt: answer.expiresAt } };
    return { refusal: answer.message };
  },
  async signOut(client) {
    await client.mutation(OperatorSignOutDocument, {});
  },
  async load(client) {
    const { data, error } = await client.query(
      OperatorBootDocument,
      {},
      { requestPolicy: 'network-only' },
    );
    if (!data) return { error: error as NonNullable<typeof error> };
    const { viewer, impersonation, platformAnnouncements, brand } = data;
    return {
      viewer: {
        name: viewer.person.name,
        email: viewer.person.email ?? '',
        rights: viewer.rights,
        impersonation: impersonation ?? null,
        announcements: platformAnnouncements,
      },
      brand: { ...brand, logoUrl: brand.logoUrl ?? null },
    };
  },
};
