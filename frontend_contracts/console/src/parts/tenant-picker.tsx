/** Choose one operator among thousands by typing some of its name, short name or address. */

import { OwnerTenantDocument, OwnerTenantPickDocument } from '@daiqu/client';
import { defineTexts, useTexts } from '@daiqu/kit';
import { Select, Spin } from 'antd';
import { useEffect, useState } from 'react';
import { useQuery } from 'urql';

const texts = defineTexts(
  'tenant-picker',
  { any: 'Any operator', choose: 'Choose an operator', none: 'No operator is called so' },
  { any: '全部运营方', choose: '选择运营方', none: '没有符合的运营方' },
);

interface TenantPickerProps {
  value?: string | null;
  onChange?: (id: string | null) => void;
  id?: string;
  /** As a filter it may be left empty. */
  filter?: boolean;
}

export function TenantPicker({ value, onChange, id, filter = false }: TenantPickerProps) {
  const t = useTexts(texts);
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  const [{ data, fetching }] = useQuery({
    query: OwnerTenantPickDocument,
    variables: { search: search || null },
    pause: !asked,
  });
  // One that the address names may be none of those found.
  const known = data?.tenants.edges.map(({ node }) => node) ?? [];
  const [named] = useQuery({
    query: OwnerTenantDocument,
    variables: { id: value ?? '' },
    pause: !value || known.some((each) => each.id === value),
  });
  const options = known.map((each) => ({ value: each.id, label: each.name, slug: each.slug }));
  const own = named.data?.tenant;
  if (value && own?.id === value && !options.some((each) => each.value === value)) {
    options.unshift({ value: own.id, label: own.name, slug: own.slug });
  }
  const label = t(filter ? 'any' : 'choose');
  return (
    <Select
      {...(id && { id })}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      allowClear={filter}
      aria-label={label}
      placeholder={label}
      style={filter ? { minWidth: 200 } : { width: '100%' }}
      value={value || undefined}
      options={options}
      notFoundContent={fetching ? <Spin size="small" /> : t('none')}
      optionRender={({ data: each }) => (
        <span>
          {each.label} <span className="k-quiet">{each.slug}</span>
        </span>
      )}
      onOpenChange={(open) => open && setAsked(true)}
      onChange={(next: string | undefined) => onChange?.(next ?? null)}
    />
  );
}
