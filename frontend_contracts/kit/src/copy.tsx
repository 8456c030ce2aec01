/** Something to take elsewhere: shown as it is, with a button that copies it. */

import { Button } from 'antd';
import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { useEffect, useRef, useState } from 'react';
import { useTell } from './acts';
import { useTexts } from './i18n';
import { kitTexts } from './texts';

const SHOWN_MS = 2_000;

export function CopyLine({ label, value }: { label: string; value: string }) {
  const t = useTexts(kitTexts);
  const tell = useTell();
  const [copied, setCopied] = useState(false);
  const code = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      // No right to the clipboard: select it, so that the keyboard's own copying takes it.
      if (code.current) getSelection()?.selectAllChildren(code.current);
      tell.bad(t('copyFailed'));
    }
  }

  return (
    <div className="k-copy">
      <span className="k-copy-label">{label}</span>
      <code ref={code}>{value}</code>
      <Button
        size="small"
        type="text"
        icon={copied ? <CheckOutlined /> : <CopyOutlined />}
        aria-label={`${t('copy')}: ${label}`}
        onClick={() => void copy()}
      />
      <span className="k-hidden" role="status">
        {copied ? t('copied') : ''}
      </span>
    </div>
  );
}
