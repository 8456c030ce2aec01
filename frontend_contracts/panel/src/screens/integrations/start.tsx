/** How a third party starts: four steps with samples for this very operator. */

import { useFormat, useTexts } from '@daiqu/kit';
import { Button } from 'antd';
import { Code } from './code';
import { texts } from './texts';

/** schema/core/figures.py, tenants/access/services: what the server holds to. */
const LIMITS = { depth: 15, tokens: 2_000, aliases: 30, directives: 30, cost: 20_000, keys: 20, documents: 500 };

function curl(body: object): string {
  return [
    `curl ${location.origin}/graphql \\`,
    `  -H 'Authorization: Bearer dk_…' \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d '${JSON.stringify(body)}'`,
  ].join('\n');
}

const ASK = { query: '{ viewer { rights } brand { name } }' };
const REGISTER = {
  query:
    'mutation ($input: DocumentRegisterInput!) { documentRegister(input: $input) ' +
    '{ ... on DocumentRegisterSuccess { document { documentId } } ... on UserError { code message } } }',
  variables: { input: { name: 'Catalogue', text: 'query Catalogue { categories { id name } }' } },
};
const USE = { documentId: 'sha256:…', variables: {} };

export function Start({ onMake }: { onMake: () => void }) {
  const t = useTexts(texts);
  const format = useFormat();
  const limits = Object.fromEntries(Object.entries(LIMITS).map(([name, value]) => [name, format.number(value)]));
  const sample = (what: string) => t('sample', { what });
  return (
    <section className="k-sheet">
      <ol className="i-steps">
        <li>
          <h3>{t('start.key')}</h3>
          <p className="k-quiet">{t('start.keyHint')}</p>
          <Button className="k-gap-above" onClick={onMake}>
            {t('add')}
          </Button>
        </li>
        <li>
          <h3>{t('start.ask')}</h3>
          <p className="k-quiet">{t('start.askHint')}</p>
          <Code what={sample(t('start.ask'))} text={curl(ASK)} />
        </li>
        <li>
          <h3>{t('start.register')}</h3>
          <p className="k-quiet">{t('start.registerHint')}</p>
          <Code what={sample(t('start.register'))} text={curl(REGISTER)} />
          <p className="k-quiet">{t('start.use')}</p>
          <Code what={sample('documentId')} text={JSON.stringify(USE)} />
        </li>
        <li>
          <h3>{t('start.refuse')}</h3>
          <p className="k-quiet">{t('start.refuseHint')}</p>
        </li>
      </ol>
      <div className="i-more">
        <div>
          <h3>{t('start.limits')}</h3>
          <p className="k-quiet">{t('start.limitsHint', limits)}</p>
        </div>
        <div>
          <h3>{t('start.try')}</h3>
          <p className="k-quiet">{t('start.tryHint')}</p>
        </div>
        <span>
          <a href="/graphql" target="_blank" rel="noreferrer">
            {t('start.explore')}
          </a>
        </span>
      </div>
    </section>
  );
}
