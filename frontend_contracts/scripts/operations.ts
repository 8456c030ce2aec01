import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DefinitionNode, parse } from 'graphql';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const ROLES = ['customer', 'courier', 'operator', 'owner'] as const;
export type Role = (typeof ROLES)[number];

export interface Written {
  role: Role;
  file: string;
  definition: DefinitionNode;
}

/** Every definition in operations/, with the role whose folder it is in. */
export function written(): Written[] {
  return ROLES.flatMap((role) => {
    const folder = join(ROOT, 'operations', role);
    const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'));
    return files.sort().flatMap((file) =>
      parse(readFileSync(join(folder, file), 'utf8')).definitions.map((definition) => ({
        role,
        file: `operations/${role}/${file}`,
        definition,
      })),
    );
  });
}
