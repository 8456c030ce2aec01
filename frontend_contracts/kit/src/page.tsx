/** A page's head, and what stands where its content cannot: empty, loading, failed. */

import { Button, Skeleton } from 'antd';
import { InboxOutlined, WarningOutlined } from '@ant-design/icons';
import { useEffect, type ReactNode } from 'react';
import type { CombinedError } from 'urql';
import { textIn } from './boot';
import { useBrand } from './brand';
import { useLanguage } from './app-context';
import { faultOf, isOutdated } from './faults';
import { useTexts } from './i18n';
import { kitTexts } from './texts';

interface PageProps {
  title: string;
  /** One line below the title. */
  hint?: ReactNode;
  /** Buttons, at the end of the head. */
  actions?: ReactNode;
  /** Narrow enough to read, for forms. */
  narrow?: boolean;
  children: ReactNode;
}

export function Page({ title, hint, actions, narrow, children }: PageProps) {
  const brand = useBrand();
  const language = useLanguage();
  const name = textIn(brand.names, language, brand.language) || brand.name;
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
  return (
    <div className={narrow ? 'k-page k-page-narrow' : 'k-page'}>
      <header className="k-page-head">
        <div>
          <h1>{title}</h1>
          {hint && <p className="k-quiet">{hint}</p>}
        </div>
        {actions && <div className="k-actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A white sheet on the page, with a heading of its own. */
export function Sheet(props: { title?: ReactNode; extra?: ReactNode; flush?: boolean; children: ReactNode }) {
  return (
    <section className={props.flush ? 'k-sheet k-sheet-flush' : 'k-sheet'}>
      {props.title && (
        <header className="k-sheet-head">
          <h2>{props.title}</h2>
          {props.extra}
        </header>
      )}
      {props.children}
    </section>
  );
}

interface EmptyProps {
  title: string;
  hint?: string;
  icon?: ReactNode;
  action?: ReactNode;
}

export function Empty({ title, hint, icon, action }: EmptyProps) {
  return (
    <div className="k-state">
      <span className="k-state-icon" aria-hidden="true">
        {icon ?? <InboxOutlined />}
      </span>
      <p className="k-state-title">{title}</p>
      {hint && <p className="k-quiet">{hint}</p>}
      {action}
    </div>
  );
}

/** What a query failed with, in words, and a way to ask again. */
export function Failed({ error, retry }: { error: CombinedError; retry?: () => void }) {
  const t = useTexts(kitTexts);
  return (
    <div className="k-state" role="alert">
      <span className="k-state-icon k-state-icon-bad" aria-hidden="true">
        <WarningOutlined />
      </span>
      <p className="k-state-title">{faultOf(error, t)}</p>
      {isOutdated(error) ? (
        <Button type="primary" onClick={() => location.reload()}>
          {t('reload')}
        </Button>
      ) : (
        retry && <Button onClick={retry}>{t('retry')}</Button>
      )}
    </div>
  );
}

/** The shape of what is coming. */
export function Loading({ rows = 6 }: { rows?: number }) {
  const t = useTexts(kitTexts);
  return (
    <div className="k-loading" role="status" aria-label={t('loading')}>
      <Skeleton active title={false} paragraph={{ rows, width: '100%' }} />
    </div>
  );
}

/** Label and value, one below the other; a definition list. */
export function Facts({ items }: { items: readonly (readonly [label: string, value: ReactNode] | null | false)[] }) {
  return (
    <dl className="k-facts">
      {items.map(
        (item) =>
          item && (
            <div key={item[0]}>
              <dt>{item[0]}</dt>
              <dd>{item[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
