/** Every version of a template, the newest first, with what it changed. */

import { OwnerTemplateDocument } from '@daiqu/client';
import { Empty, Failed, Loading, StateTag, useFormat, useTexts } from '@daiqu/kit';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { differences, lineOf, type Difference } from './differences';
import { texts } from './texts';

const SHOWN = 60;
const MOODS = { added: 'good', removed: 'bad', changed: 'run' } as const;

export function TemplateVersions({ template }: { template: string }) {
  const t = useTexts(texts);
  const format = useFormat();
  const [{ data, error }, again] = useQuery({
    query: OwnerTemplateDocument,
    variables: { key: template },
    requestPolicy: 'cache-and-network',
  });
  const [shown, setShown] = useState<number>();
  if (error && !data) return <Failed error={error} retry={() => again({ requestPolicy: 'network-only' })} />;
  if (!data) return <Loading />;
  if (!data.template) return <Empty title={t('gone')} />;
  const { versions } = data.template;
  const open = shown ?? versions[0]?.number;
  return (
    <ol className="j-versions">
      {versions.map((version, index) => (
        <li key={version.number} className="j-version">
          <button
            type="button"
            className="j-head"
            aria-expanded={version.number === open}
            onClick={() => setShown(version.number === open ? 0 : version.number)}
          >
            <strong>{t('number', { number: version.number })}</strong>
            {index === 0 && <StateTag mood="good">{t('newest')}</StateTag>}
            <time className="k-quiet" dateTime={version.createdAt}>
              {format.instant(version.createdAt)}
            </time>
          </button>
          <p className={version.note ? '' : 'k-quiet'}>{version.note || t('noNote')}</p>
          {version.number === open && (
            <>
              <Changes before={versions[index + 1]} after={version} />
              {index > 0 && (
                <Link to={`/templates/${template}/edit?from=${version.number}`}>{t('restore')}</Link>
              )}
            </>
          )}
        </li>
      ))}
    </ol>
  );
}

interface Version {
  number: number;
  data: unknown;
}

function Changes({ before, after }: { before: Version | undefined; after: Version }) {
  const t = useTexts(texts);
  const found = useMemo(() => (before ? differences(before.data, after.data) : []), [before, after]);
  if (!before) return <p className="k-quiet k-gap-above">{t('first')}</p>;
  if (found.length === 0) return <p className="k-quiet k-gap-above">{t('same')}</p>;
  return (
    <section className="j-changes" aria-label={t('against', { number: before.number })}>
      <h3>
        {t('against', { number: before.number })} · {t('changes', { count: found.length })}
      </h3>
      <ul>
        {found.slice(0, SHOWN).map((each) => (
          <Change key={each.path} change={each} />
        ))}
      </ul>
      {found.length > SHOWN && <p className="k-quiet">{t('more', { count: found.length - SHOWN })}</p>}
    </section>
  );
}

export function Change({ change }: { change: Difference }) {
  const t = useTexts(texts);
  return (
    <li>
      <StateTag mood={MOODS[change.kind]}>{t(`kind.${change.kind}`)}</StateTag>
      <div>
        <code className="p-code">{change.path || t('whole')}</code>
        {change.kind !== 'added' && <del className="j-value">{lineOf(change.before)}</del>}
        {change.kind !== 'removed' && <ins className="j-value">{lineOf(change.after)}</ins>}
      </div>
    </li>
  );
}
