/** The API as an app of customers or couriers has it: by the documents of the contract, by their ids. */

import { readFileSync } from 'node:fs';
import { request } from 'node:http';

const MANIFEST = new URL('../../frontend_contracts/manifest.json', import.meta.url);
const IDS = new Map(
  Object.entries(JSON.parse(readFileSync(MANIFEST, 'utf8')).documents).map(([id, { name }]) => [name, id]),
);
/** The smallest picture that is one. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** POST to a place of the demo's ready-file; names under *.localhost are not resolved by Node. */
function post(place, headers, body) {
  const [host, port] = place.connect.split(':');
  return new Promise((resolve, reject) => {
    const sent = request(
      { host, port, path: '/graphql', method: 'POST', headers: { ...headers, host: place.host } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk) => (text += chunk));
        answer.on('end', () => resolve(JSON.parse(text)));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Somebody with an app on one host. */
export class Caller {
  constructor(place) {
    this.place = place;
    this.token = null;
  }

  get headers() {
    return {
      'accept-language': 'en',
      'graphql-require-preflight': '1',
      ...(this.token && { authorization: `Bearer ${this.token}` }),
    };
  }

  /** The only field of what the contract's document `name` answers. Throws what is complained of. */
  async ask(name, variables = {}) {
    return answerOf(name, await post(this.place, { ...this.headers, 'content-type': 'application/json' }, asked(name, variables)));
  }

  /** A mutation with `input`, which must succeed. */
  async act(name, input) {
    return succeeded(name, await this.ask(name, { input }));
  }

  /** The same with a picture in `field` of its input, as the multipart request specification has it. */
  async upload(name, input, field) {
    const boundary = `daiqu-${Date.now()}`;
    const part = (head, content) => [`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`, content, '\r\n'];
    const body = Buffer.concat(
      [
        ...part('name="operations"', asked(name, { input: { ...input, [field]: null } })),
        ...part('name="map"', JSON.stringify({ 0: [`variables.input.${field}`] })),
        ...part('name="0"; filename="picture.png"\r\nContent-Type: image/png', PNG),
        `--${boundary}--\r\n`,
      ].map((each) => Buffer.from(each)),
    );
    const headers = { ...this.headers, 'content-type': `multipart/form-data; boundary=${boundary}` };
    return succeeded(name, answerOf(name, await post(this.place, headers, body)));
  }

  /** In by a phone that always gets the same code; `role` is Customer or Courier. */
  async signInByPhone({ identifier: phone, secret: code }, role, name) {
    await this.act(`${role}PhoneCodeRequest`, { phone });
    const { token } = await this.act(`${role}SignInWithPhone`, { phone, code, name });
    this.token = token;
    return this;
  }
}

const asked = (name, variables) => JSON.stringify({ documentId: IDS.get(name), variables });

function answerOf(name, { data, errors }) {
  if (errors) throw new Error(`${name}: ${JSON.stringify(errors)}`);
  const { __typename, liveCursor, ...rest } = data;
  return Object.values(rest)[0];
}

function succeeded(name, answer) {
  if (!answer.__typename.endsWith('Success')) throw new Error(`${name}: ${JSON.stringify(answer)}`);
  return answer;
}

/** What an order of the service needs, filled in as plainly as can be. */
function filled(service, [latitude, longitude]) {
  const { asked: needs } = service;
  const kinds = service.stops.map(({ kind }) => kind);
  return {
    serviceId: service.id,
    stops: kinds.map((kind, index) => ({
      position: { point: { latitude: latitude + index * 0.001, longitude } },
      contactName: 'Maya',
      phone: '+8613800138021',
      detail: 'South gate',
      ...(kind === 'PICK_UP' && needs.parcelCode === 'REQUIRED' && { parcelCode: '3-2-1806' }),
    })),
    ...(needs.weight === 'REQUIRED' && { weightGrams: 1000 }),
  };
}

/** A priced offer for an order of `service`, with the `answers` that it asks for. */
export async function quote(maya, service, point, answers = []) {
  return (await maya.act('CustomerQuoteCreate', { ...filled(service, point), answers })).quote;
}

/** An order of `service`; its id, its number and the PINs of its stops. */
export async function placeOrder(maya, service, point, answers = []) {
  const { id: quoteId } = await quote(maya, service, point, answers);
  const { order } = await maya.act('CustomerOrderPlace', {
    quoteId,
    paymentMethod: 'ON_DELIVERY',
    note: '<script>alert(1)</script>',
    idempotencyKey: `web-${quoteId}`,
  });
  return order;
}

/** A service on sale that asks for nothing in particular, with its form. */
export async function plainService(maya) {
  const { edges } = await maya.ask('CustomerServices', { kind: 'PICK_UP', first: 50 });
  for (const { node } of edges) {
    const service = await maya.ask('CustomerService', { id: node.id });
    const needed = Object.values(service.asked).includes('REQUIRED');
    if (!needed && !service.declared.form.some(({ required }) => required)) return service;
  }
  throw new Error('no service is plain enough');
}
