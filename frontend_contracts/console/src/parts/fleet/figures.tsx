/** Figures at the head of a page: a number, what it is, and how it should be taken. */

import { Progress, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import './fleet.css';

export interface Figure {
  key: string;
  label: string;
  value: ReactNode;
  /** One line below. */
  note?: ReactNode;
  bad?: boolean;
  /** A bar below it, 0 to 100. */
  percent?: number;
  onPick?: () => void;
  picked?: boolean;
}

export function Figures({ figures, loading = false }: { figures: readonly Figure[]; loading?: boolean }) {
  return (
    <ul className="f-figures">
      {figures.map((figure) => (
        <li key={figure.key}>
          {loading ? <Skeleton active title={false} paragraph={{ rows: 2 }} /> : <One figure={figure} />}
        </li>
      ))}
    </ul>
  );
}

function One({ figure }: { figure: Figure }) {
  const inside = (
    <>
      <span className="f-label">{figure.label}</span>
      <span className={figure.bad ? 'f-value f-bad' : 'f-value'}>{figure.value}</span>
      {figure.percent !== undefined && (
        <Progress percent={figure.percent} size="small" showInfo={false} aria-label={figure.label} />
      )}
      {figure.note && <span className="k-quiet f-note">{figure.note}</span>}
    </>
  );
  if (!figure.onPick) return <div className="f-figure">{inside}</div>;
  return (
    <button type="button" className="f-figure f-pick" aria-pressed={figure.picked ?? false} onClick={figure.onPick}>
      {inside}
    </button>
  );
}
