/** The filters of a list, each a key of the address. */

import { Input, Select, Switch } from 'antd';
import { SearchOutlined } from '@ant-design/icons';
import { Fragment, useEffect, useState, type ReactNode } from 'react';
import { useTexts } from './i18n';
import { kitTexts } from './texts';

export type Filter =
  | { kind: 'search'; key: string; label: string }
  | { kind: 'some'; key: string; label: string; options: readonly { value: string; label: string }[] }
  | { kind: 'one'; key: string; label: string; options: readonly { value: string; label: string }[] }
  | { kind: 'yes'; key: string; label: string }
  /** Any other field: what it shows for the value, and how it sets it. */
  | { kind: 'own'; key: string; field: (value: string, set: (next: string | null) => void) => ReactNode };

interface FiltersProps {
  filters: readonly Filter[];
  values: Readonly<Record<string, string>>;
  onChange: (change: Record<string, string | null>) => void;
}

export function Filters({ filters, values, onChange }: FiltersProps) {
  return (
    <div className="k-list-tools" role="search">
      {filters.map((filter) => {
        const value = values[filter.key] ?? '';
        const set = (next: string | null) => onChange({ [filter.key]: next });
        switch (filter.kind) {
          case 'search':
            return <SearchField key={filter.key} label={filter.label} value={value} onChange={set} />;
          case 'some':
            return (
              <Select
                key={filter.key}
                mode="multiple"
                allowClear
                aria-label={filter.label}
                placeholder={filter.label}
                style={{ minWidth: 190 }}
                maxTagCount={2}
                options={[...filter.options]}
                value={value ? value.split(',') : []}
                onChange={(chosen: string[]) => set(chosen.join(','))}
              />
            );
          case 'one':
            return (
              <Select
                key={filter.key}
                allowClear
                aria-label={filter.label}
                placeholder={filter.label}
                style={{ minWidth: 150 }}
                options={[...filter.options]}
                value={value || undefined}
                onChange={(chosen: string | undefined) => set(chosen ?? null)}
              />
            );
          case 'own':
            return <Fragment key={filter.key}>{filter.field(value, set)}</Fragment>;
          case 'yes':
            return (
              <label key={filter.key} className="k-row">
                <Switch size="small" checked={value === '1'} onChange={(on) => set(on ? '1' : null)} />
                {filter.label}
              </label>
            );
        }
      })}
    </div>
  );
}

/** Searches when the typing stops. */
function SearchField(props: { label: string; value: string; onChange: (value: string | null) => void }) {
  const { label, value, onChange } = props;
  const t = useTexts(kitTexts);
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => onChange(typed.trim() || null), 300);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <Input
      allowClear
      maxLength={100}
      aria-label={label || t('search')}
      placeholder={label || t('search')}
      prefix={<SearchOutlined />}
      style={{ width: 240 }}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onPressEnter={() => onChange(typed.trim() || null)}
    />
  );
}
