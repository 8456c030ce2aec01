/** A choice, or several, among more than a page holds. */

import { Select, Spin } from 'antd';
import { useState } from 'react';
import { useTexts } from './i18n';
import { useLookup, type Choice, type Lookup } from './lookup';
import { kitTexts } from './texts';

interface SearchProps {
  lookup: Lookup;
  id?: string;
  label?: string;
  className?: string;
  placeholder?: string;
  disabled?: boolean;
}

interface OneProps extends SearchProps {
  value?: string | null;
  onChange?: (value: string) => void;
  /** Offered above the others, whatever is typed. */
  top?: Choice;
}

/** One of them. */
export function SearchSelect({ value, onChange, top, ...props }: OneProps) {
  const fixed = top ? [top] : [];
  const { common, nameOf } = useSearch(props, value && value !== top?.value ? [value] : [], fixed);
  return (
    <Select
      {...common}
      value={value == null ? null : { value, label: top?.value === value ? top.label : nameOf(value) }}
      labelInValue
      onChange={(picked) => picked && onChange?.(picked.value)}
    />
  );
}

interface ManyProps extends SearchProps {
  value?: readonly string[];
  onChange?: (values: string[]) => void;
  maxCount?: number;
}

/** Any number of them. */
export function SearchSelectMany({ value = [], onChange, maxCount, ...props }: ManyProps) {
  const { common, nameOf } = useSearch(props, value, []);
  return (
    <Select
      {...common}
      mode="multiple"
      allowClear
      {...(maxCount && { maxCount })}
      value={value.map((each) => ({ value: each, label: nameOf(each) }))}
      labelInValue
      onChange={(picked: { value: string }[]) => onChange?.(picked.map((each) => each.value))}
    />
  );
}

function useSearch(props: SearchProps, chosen: readonly string[], fixed: readonly Choice[]) {
  const t = useTexts(kitTexts);
  const { offered, nameOf, search, busy } = useLookup(props.lookup, chosen);
  const [opened, setOpened] = useState(false);
  return {
    nameOf: (value: string) => {
      const name = nameOf(value);
      return name === undefined ? '…' : (name ?? t('goneChoice'));
    },
    common: {
      ...(props.id && { id: props.id }),
      ...(props.label && { 'aria-label': props.label }),
      ...(props.className && { className: props.className }),
      ...(props.placeholder && { placeholder: props.placeholder }),
      disabled: props.disabled ?? false,
      popupMatchSelectWidth: false,
      showSearch: { filterOption: false as const, onSearch: search },
      options: [...fixed, ...offered],
      loading: busy && opened,
      notFoundContent: busy ? <Spin size="small" /> : t('noSuchName'),
      onOpenChange(open: boolean) {
        setOpened(open);
        if (open) search('');
      },
    },
  };
}
