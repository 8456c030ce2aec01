/** What is announced now, what is to come, and what is over. */

import { OperatorBulletinsKeptDocument } from '@daiqu/client';
import {
  AddressDrawer,
  Empty,
  Failed,
  Loading,
  Opener,
  Page,
  Sheet,
  StateTag,
  useAddress,
  useFormat,
  useTexts,
} from '@daiqu/kit';
import { Alert, Button, Tag } from 'antd';
import { PlusOutlined, PushpinFilled } from '@ant-design/icons';
import { useQuery } from 'urql';
import { NoticeEditor, type Bulletin } from './editor';
import { standingOf, STANDING_MOODS, STANDINGS, type Standing } from './standing';
import { texts } from './texts';
import './notices.css';

const NEW = 'new';
/** As many as the server keeps. */
const MOST = 50;

export default function NoticesView() {
  const t = useTexts(texts);
  const [values, change] = useAddress();
  const [{ data, error }, again] = useQuery({
    query: OperatorBulletinsKeptDocument,
    requestPolicy: 'cache-and-network',
  });
  const fresh = () => again({ requestPolicy: 'network-only' });
  const all = data?.bulletinsKept;
  const open = values['open'];
  const opened = all?.find(({ id }) => id === open);
  const full = (all?.length ?? 0) >= MOST;
  const close = () => change({ open: null });
  const add = (
    <Button type="primary" icon={<PlusOutlined />} disabled={full} onClick={() => change({ open: NEW })}>
      {t('add')}
    </Button>
  );

  return (
    <Page title={t('title')} hint={t('hint')} actions={add}>
      {error && !all && <Failed error={error} retry={fresh} />}
      {!all && !error && <Loading rows={8} />}
      {all?.length === 0 && (
        <Sheet flush>
          <Empty title={t('empty')} hint={t('emptyHint')} />
        </Sheet>
      )}
      <div className="k-stack">
        {full && <Alert type="info" showIcon title={t('full', { count: MOST })} />}
        {all &&
          STANDINGS.map((standing) => {
            const rows = all.filter((each) => standingOf(each, Date.now()) === standing);
            return rows.length > 0 && <Standings key={standing} standing={standing} rows={rows} />;
          })}
      </div>
      <AddressDrawer title={open === NEW ? t('add') : t('edit')}>
        {open === NEW && <NoticeEditor bulletin={null} onChanged={fresh} onClose={close} />}
        {open && open !== NEW && opened && (
          <NoticeEditor key={open} bulletin={opened} onChanged={fresh} onClose={close} />
        )}
        {open && open !== NEW && !opened && (all ? <Empty title={t('gone')} /> : <Loading />)}
      </AddressDrawer>
    </Page>
  );
}

function Standings({ standing, rows }: { standing: Standing; rows: readonly Bulletin[] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const period = ({ shownFrom, shownUntil }: Bulletin) => {
    const until = shownUntil && format.moment(shownUntil);
    if (standing === 'OVER') return t('ended', { at: until ?? '' });
    const from = t(standing === 'NOW' ? 'since' : 'starts', { at: format.moment(shownFrom) });
    return t('period', { from, until: until ? t('ends', { at: until }) : t('open') });
  };
  return (
    <Sheet
      flush
      title={
        <>
          <StateTag mood={STANDING_MOODS[standing]}>{t(`standing.${standing}`)}</StateTag>
          <span className="k-quiet n-count">{format.number(rows.length)}</span>
        </>
      }
    >
      <ul className="n-list">
        {rows.map((row) => (
          <li key={row.id} className="n-row">
            <span>
              {row.pinned && <PushpinFilled className="n-pin" aria-label={t('pinnedShort')} />}
              <Opener id={row.id}>{row.title}</Opener>
            </span>
            {row.text && <p className="k-clip">{row.text}</p>}
            <p className="k-quiet">{period(row)}</p>
            <Tag className="n-who">{t(`audiences.${row.audience}`)}</Tag>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
