// Mounts GraphiQL on this host's own API: queries by fetch, subscriptions by graphql-transport-ws.
// What the Headers tab holds goes with each request, and into connection_init for sockets.
/* global GraphiQL, React, ReactDOM */

const url = new URL("/graphql", location.href);
const live = new URL(url);
live.protocol = url.protocol === "https:" ? "wss:" : "ws:";

const firstQuery = `# Sign in with a mutation, then put its token into the Headers tab below.
query FirstLook {
  __schema {
    queryType {
      fields {
        name
        description
      }
    }
  }
}
`;

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: url.href, subscriptionUrl: live.href }),
    defaultQuery: firstQuery,
    defaultHeaders: '{\n  "Authorization": "Bearer "\n}',
    defaultEditorToolsVisibility: "headers",
    shouldPersistHeaders: false,
  }),
);
