/** A sample to copy, or a text to read. */

import { kitTexts, useTell, useTexts } from '@daiqu/kit';
import { Button } from 'antd';
import { CopyOutlined } from '@ant-design/icons';

export function Code({ what, text }: { what: string; text: string }) {
  const t = useTexts(kitTexts);
  const tell = useTell();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => tell.done(t('copied')),
      () => tell.bad(t('copyFailed')),
    );
  return (
    <div className="i-box">
      <pre className="i-code" tabIndex={0} aria-label={what}>
        {text}
      </pre>
      <Button
        className="i-copy"
        type="text"
        size="small"
        icon={<CopyOutlined />}
        aria-label={`${t('copy')}: ${what}`}
        onClick={() => void copy()}
      />
    </div>
  );
}
