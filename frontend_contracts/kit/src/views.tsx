/** Views of a list: those that the product brings, and those that somebody saved on this device. */

import { Button, Input, Popover } from 'antd';
import { CloseOutlined, PlusOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useTexts } from './i18n';
import { kitTexts } from './texts';

export interface View {
  title: string;
  /** As in an address, without paging: `state=PLACED%2COFFERED`. */
  search: string;
}

interface ViewsProps {
  name: string;
  views: readonly View[];
  current: string;
  onPick: (search: string) => void;
}

function kept(key: string): View[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '[]') as View[];
  } catch {
    return [];
  }
}

/** The same search, however its keys are ordered and written. */
const plain = (search: string) => {
  const params = new URLSearchParams(search);
  params.delete('size');
  params.sort();
  return params.toString();
};

export function Views({ name, views, current, onPick }: ViewsProps) {
  const t = useTexts(kitTexts);
  const key = `daiqu.views.${name}`;
  const [own, setOwn] = useState(() => kept(key));
  const [title, setTitle] = useState('');
  const [asking, setAsking] = useState(false);
  const keep = (next: View[]) => {
    setOwn(next);
    localStorage.setItem(key, JSON.stringify(next));
  };
  const known = [...views, ...own].some((view) => plain(view.search) === plain(current));

  function save() {
    if (!title.trim()) return;
    keep([...own.filter((view) => view.title !== title.trim()), { title: title.trim(), search: current }]);
    setTitle('');
    setAsking(false);
  }

  return (
    <div className="k-views">
      {views.map((view) => (
        <button
          key={view.search}
          type="button"
          className="k-view"
          aria-pressed={plain(view.search) === plain(current)}
          onClick={() => onPick(view.search)}
        >
          {view.title}
        </button>
      ))}
      {own.map((view) => (
        <span key={view.title} className="k-row" style={{ gap: 0, flexWrap: 'nowrap' }}>
          <button
            type="button"
            className="k-view"
            aria-pressed={plain(view.search) === plain(current)}
            onClick={() => onPick(view.search)}
          >
            {view.title}
          </button>
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined style={{ fontSize: 10 }} />}
            aria-label={t('removeView', { name: view.title })}
            onClick={() => keep(own.filter((each) => each !== view))}
          />
        </span>
      ))}
      {!known && (
        <Popover
          trigger="click"
          open={asking}
          onOpenChange={setAsking}
          content={
            <form
              className="k-row"
              onSubmit={(event) => {
                event.preventDefault();
                save();
              }}
            >
              <Input
                autoFocus
                maxLength={40}
                aria-label={t('viewName')}
                placeholder={t('viewName')}
                value={title}
                onChange={(event) => setTitle(event.target.value)}
              />
              <Button type="primary" htmlType="submit">
                {t('save')}
              </Button>
            </form>
          }
        >
          <Button type="text" size="small" icon={<PlusOutlined />}>
            {t('saveView')}
          </Button>
        </Popover>
      )}
    </div>
  );
}
