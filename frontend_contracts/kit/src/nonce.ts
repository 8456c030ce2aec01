/** Every style element that a library makes carries the page's nonce.
 *
 * Ant Design passes on the nonce it is given, but for the locks it puts on scrolling; other
 * libraries pass on none at all. Scripts are not touched: the policy takes them from files alone.
 */

import { styleNonce } from './boot';

const nonce = styleNonce;
if (nonce) {
  const create = document.createElement.bind(document) as typeof document.createElement;
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
