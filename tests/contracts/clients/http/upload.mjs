// One upload by apollo-upload-client, as a front end with Apollo would do it.
// Usage: node upload.mjs PORT HOST TOKEN FILE; prints the answer's data.
import { readFileSync } from 'node:fs';
import { ApolloClient, InMemoryCache, gql } from '@apollo/client';
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs';
import { fetchAs } from './fetch.mjs';

const [port, host, token, path] = process.argv.slice(2);

const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: new UploadHttpLink({
    uri: 'http://endpoint/graphql',
    fetch: fetchAs(port, host),
    headers: { authorization: `Bearer ${token}`, 'Apollo-Require-Preflight': 'true' },
  }),
});

const { data } = await client.mutate({
  mutation: gql`
    mutation DocumentUpload($input: CourierDocumentUploadInput!) {
      courierDocumentUpload(input: $input) {
        __typename
        ... on UserError {
          code
        }
      }
    }
  `,
  variables: {
    input: {
      kind: 'IDENTITY',
      file: new File([readFileSync(path)], 'identity.png', { type: 'image/png' }),
    },
  },
});
console.log(JSON.stringify(data));
