/** Where an operator's panel is: beside the console, on the same port. */

export function panelOf(host: string, path = ''): string {
  return `${location.protocol}//${host}${location.port ? `:${location.port}` : ''}/panel${path}`;
}
