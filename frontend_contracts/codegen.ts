import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { finish } from './scripts/finish.ts';

/** Every document that is sent lies in operations/; what is made of it is not in git. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'operations/**/*.graphql',
  hooks: { afterAllFileWrite: () => finish() },
  generates: {
    'client/src/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { hashAlgorithm: 'sha256' },
      },
      documentTransforms: [addTypenameSelectionDocumentTransform],
      config: {
        // Unions of texts: what an exhaustive switch is made of.
        enumType: 'string-literal',
        nonOptionalTypename: true,
        skipTypeNameForRoot: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          BigInt: 'number',
          Date: 'string',
          DateTime: 'string',
          JSON: 'unknown',
          Time: 'string',
          Upload: 'File',
        },
      },
    },
  },
};

export default config;
