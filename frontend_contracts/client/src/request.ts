import { makeOperation, type Operation } from '@urql/core';

/** The id under which servers know a generated document. */
export function idOf(document: unknown): string | undefined {
  return (document as { documentId?: string }).documentId;
}

/**
 * An operation as it is sent: a generated document by its id alone, the answer's language, and
 * the header that lets an upload through.
 */
export function asSent(operation: Operation, language: string): Operation {
  const options = operation.context.fetchOptions;
  const given = typeof options === 'function' ? options() : (options ?? {});
  const headers = {
    ...(given.headers as Record<string, string> | undefined),
    'Accept-Language': language,
    'GraphQL-Require-Preflight': '1',
  };
  const { query } = operation;
  const sent = idOf(query) === undefined ? query : { ...query, definitions: [] };
  return makeOperation(
    operation.kind,
    { ...operation, query: sent },
    { ...operation.context, fetchOptions: { ...given, headers } },
  );
}
