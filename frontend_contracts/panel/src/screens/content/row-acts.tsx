/** What every row of an ordered list can do: go up or down, be opened, be removed. */

import { useTexts } from '@daiqu/kit';
import { Button } from 'antd';
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined } from '@ant-design/icons';
import { texts } from './texts';

interface RowActsProps {
  name: string;
  first: boolean;
  last: boolean;
  busy: boolean;
  onMove: (by: number) => void;
  onRemove: () => void;
}

export function RowActs({ name, first, last, busy, onMove, onRemove }: RowActsProps) {
  const t = useTexts(texts);
  return (
    <span className="c-acts">
      <Button
        type="text"
        icon={<ArrowUpOutlined />}
        disabled={first || busy}
        aria-label={t('earlier', { name })}
        onClick={() => onMove(-1)}
      />
      <Button
        type="text"
        icon={<ArrowDownOutlined />}
        disabled={last || busy}
        aria-label={t('later', { name })}
        onClick={() => onMove(1)}
      />
      <Button type="text" icon={<DeleteOutlined />} aria-label={t('remove', { name })} onClick={onRemove} />
    </span>
  );
}
