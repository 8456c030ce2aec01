/** The API as a customer's app has it: names under *.localhost are not resolved by Node. */

import { request } from 'node:http';

/** One operation at a place of the demo's ready-file. Throws what the server complains of. */
export function ask(place, query, variables = {}, token = null) {
  const [host, port] = place.connect.split(':');
  const body = JSON.stringify({ query, variables });
  const headers = { 'content-type': 'application/json', host: place.host, 'accept-language': 'en' };
  if (token) headers.authorization = `Bearer ${token}`;
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path: '/graphql', method: 'POST', headers }, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += chunk));
      answer.on('end', () => {
        const { data, errors } = JSON.parse(text);
        if (errors) reject(new Error(JSON.stringify(errors)));
        else resolve(data);
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A customer of the operator, signed in by phone: a session's token. */
export async function customer(place, { identifier, secret }) {
  await ask(place, 'mutation ($p: String!) { phoneCodeRequest(input: {phone: $p}) { __typename } }', { p: identifier });
  const { signInWithPhone } = await ask(
    place,
    'mutation ($p: String!, $c: String!) { signInWithPhone(input: {phone: $p, code: $c}) { ... on SignInSuccess { token } ... on UserError { code } } }',
    { p: identifier, c: secret },
  );
  if (!signInWithPhone.token) throw new Error(JSON.stringify(signInWithPhone));
  return signInWithPhone.token;
}

const SERVICES = `{ services(first: 60) { edges { node {
  id name kind stops { kind } asked { weight items parcelCode duration appointment } declared { form { required } } } } } }`;

/** Place an order of the plainest service on sale; its number. */
export async function placeOrder(place, token, point) {
  const { services } = await ask(place, SERVICES, {}, token);
  const plain = services.edges
    .map(({ node }) => node)
    .find(
      ({ asked, declared, kind }) =>
        kind === 'PICK_UP' &&
        Object.values(asked).every((need) => need !== 'REQUIRED') &&
        !declared.form.some(({ required }) => required),
    );
  if (!plain) throw new Error('no service is plain enough');
  const stops = plain.stops.map((_, index) => ({
    position: { point: { latitude: point[0] + index * 0.001, longitude: point[1] } },
    contactName: 'Maya',
    phone: '+8613800138021',
    detail: 'South gate',
  }));
  const { quoteCreate } = await ask(
    place,
    'mutation ($i: QuoteCreateInput!) { quoteCreate(input: $i) { ... on QuoteCreateSuccess { quote { id } } ... on UserError { code message } } }',
    { i: { serviceId: plain.id, stops } },
    token,
  );
  if (!quoteCreate.quote) throw new Error(JSON.stringify(quoteCreate));
  const { orderPlace } = await ask(
    place,
    'mutation ($i: OrderPlaceInput!) { orderPlace(input: $i) { ... on OrderPlaceSuccess { order { id number } } ... on UserError { code message } } }',
    { i: { quoteId: quoteCreate.quote.id, paymentMethod: 'ON_DELIVERY', note: '<script>alert(1)</script>', idempotencyKey: `web-${quoteCreate.quote.id}` } },
    token,
  );
  if (!orderPlace.order) throw new Error(JSON.stringify(orderPlace));
  return orderPlace.order;
}
