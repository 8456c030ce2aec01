/** A list page: views, filters, sorting and cursor paging, all of it in the address. */

import { Button, Select, Table, type TableProps } from 'antd';
import { LeftOutlined, RightOutlined, VerticalRightOutlined } from '@ant-design/icons';
import { memo, useEffect, useRef, type ReactNode } from 'react';
import { useQuery, type TypedDocumentNode } from 'urql';
import { searchOf, useAddress } from './address';
import { Filters, type Filter } from './filters';
import { useTexts } from './i18n';
import { Empty, Failed, Loading, Sheet } from './page';
import { kitTexts } from './texts';
import { Views, type View } from './views';

export interface Paging {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
}

export interface Connection<Row> {
  totalCount?: number | null;
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor?: string | null;
    endCursor?: string | null;
  };
  edges: readonly { node: Row }[];
}

export interface Column<Row> {
  key: string;
  title: ReactNode;
  /** Kept the same, as by `useMemo`, it is asked again only for rows that changed. */
  render: (row: Row) => ReactNode;
  width?: number | string;
  align?: 'left' | 'right' | 'center';
  /** Named as the API sorts by it: `?sort=KEY` or `?sort=-KEY`. */
  sorts?: boolean;
  /** Hidden where there is no room for it: below so many pixels. */
  from?: 'sm' | 'md' | 'lg' | 'xl' | 'xxl';
}

export interface ListProps<Data, Variables, Row extends { id: string }> {
  /** Names what the list keeps on this device. */
  name: string;
  document: TypedDocumentNode<Data, Variables & Paging>;
  /** The document's variables but for paging, out of what is in the address. */
  variables: (values: Readonly<Record<string, string>>) => Variables;
  connection: (data: Data) => Connection<Row>;
  columns: readonly Column<Row>[];
  filters?: readonly Filter[];
  views?: readonly View[];
  /** With a drawer: a row opens it, and `?open=` says which. */
  opens?: boolean;
  empty: { title: string; hint?: string; icon?: ReactNode; action?: ReactNode };
  /** Rows as they are by now, for what is followed live. */
  live?: (rows: readonly Row[], place: { firstPage: boolean }) => readonly Row[];
  /** Rows to point out for a moment. */
  fresh?: ReadonlySet<string>;
  onData?: (data: Data) => void;
  /** Change it to ask again. */
  version?: number;
  /** Reads what the drawer of a row will show, when somebody is about to open it. */
  ahead?: (id: string) => void;
}

/** What is in a cell. New rows move all others down, which changes nothing in them. */
const Content = memo(({ row, render }: { row: unknown; render: (row: never) => ReactNode }) =>
  render(row as never),
) as unknown as <Row>(props: { row: Row; render: (row: Row) => ReactNode }) => ReactNode;

const SIZES = [25, 50, 100];
/** Whoever rests on a row so long may open it; who only passes by does not. */
const REST_MS = 60;

export function List<Data, Variables extends object, Row extends { id: string }>(
  props: ListProps<Data, Variables, Row>,
) {
  const { filters = [], views = [], columns } = props;
  const t = useTexts(kitTexts);
  const [values, change] = useAddress();
  const size = SIZES.find((each) => String(each) === values['size']) ?? 25;
  const paging: Paging = values['before']
    ? { last: size, before: values['before'], first: null, after: null }
    : { first: size, after: values['after'] || null, last: null, before: null };
  const [result, again] = useQuery<Data, Variables & Paging>({
    query: props.document,
    variables: { ...props.variables(values), ...paging } as Variables & Paging,
    requestPolicy: 'cache-and-network',
  });

  // What was last shown stays, dimmed, while the next page comes.
  const last = useRef<Data | undefined>(undefined);
  if (result.data) last.current = result.data;
  const data = result.data ?? last.current;
  const { onData, version } = props;
  useEffect(() => {
    if (result.data) onData?.(result.data);
  }, [result.data, onData]);
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current !== version) again({ requestPolicy: 'network-only' });
    seen.current = version;
  }, [version, again]);

  const resting = useRef<{ id: string; timer: ReturnType<typeof setTimeout> }>(null);
  const rest = (id: string | null) => {
    clearTimeout(resting.current?.timer);
    resting.current = id === null ? null : { id, timer: setTimeout(() => props.ahead?.(id), REST_MS) };
  };
  useEffect(() => () => clearTimeout(resting.current?.timer), []);

  const connection = data && props.connection(data);
  const firstPage = !values['after'] && !values['before'];
  const loaded = connection?.edges.map((edge) => edge.node) ?? [];
  const rows = props.live ? props.live(loaded, { firstPage }) : loaded;
  const total = connection?.totalCount;
  // A page that has lived for long is read anew: it does not grow without end.
  const overgrown = rows.length >= 2 * size;
  useEffect(() => {
    if (overgrown) again({ requestPolicy: 'network-only' });
  }, [overgrown, again]);
  const filtered = filters.some((filter) => values[filter.key]);
  const [sorted, descending] = [values['sort']?.replace(/^-/, ''), values['sort']?.startsWith('-')];
  const place = { after: null, before: null, page: null };
  const page = Number(values['page'] ?? 1) || 1;

  const table: TableProps<Row>['columns'] = columns.map((column) => ({
    key: column.key,
    title: column.title,
    render: (_: unknown, row: Row) => <Content<Row> row={row} render={column.render} />,
    ...(column.width !== undefined && { width: column.width }),
    ...(column.align && { align: column.align }),
    ...(column.from && { responsive: [column.from] }),
    ...(column.sorts && {
      sorter: true,
      sortOrder: sorted === column.key ? (descending ? 'descend' : 'ascend') : null,
    }),
  }));

  let body: ReactNode;
  if (result.error && !connection) {
    body = <Failed error={result.error} retry={() => again({ requestPolicy: 'network-only' })} />;
  } else if (!connection) {
    body = <Loading rows={10} />;
  } else if (rows.length === 0) {
    body = filtered ? (
      <Empty
        title={t('noMatch')}
        hint={t('noMatchHint')}
        action={
          <Button onClick={() => change({ ...Object.fromEntries(filters.map(({ key }) => [key, null])), ...place })}>
            {t('clearFilters')}
          </Button>
        }
      />
    ) : (
      <Empty {...props.empty} />
    );
  } else {
    body = (
      <Table<Row>
        size="middle"
        rowKey="id"
        columns={table}
        dataSource={rows as Row[]}
        pagination={false}
        loading={{ spinning: result.fetching && !result.data, delay: 200 }}
        scroll={{ x: 'max-content' }}
        showSorterTooltip={false}
        rowHoverable={false} // which is state of every cell; kit.css does it
        rowClassName={(row) =>
          `${values['open'] === row.id ? 'k-here' : ''} ${props.fresh?.has(row.id) ? 'k-fresh' : ''}`
        }
        onRow={(row) => ({
          onClick(event) {
            // A click on a link or a button in the row is theirs.
            if (!props.opens || (event.target as Element).closest('a, button, input')) return;
            if (window.getSelection()?.toString()) return;
            change({ open: row.id });
          },
          ...(props.ahead && {
            // Not as it enters: a row that was scrolled below the pointer is none that somebody points to.
            onPointerMove() {
              if (resting.current?.id !== row.id) rest(row.id);
            },
            onPointerLeave: () => rest(null),
            onFocus: () => props.ahead?.(row.id),
          }),
        })}
        onChange={(_pagination, _filters, sorter) => {
          const one = Array.isArray(sorter) ? sorter[0] : sorter;
          const key = one?.order ? String(one.columnKey) : null;
          change({ sort: key && (one?.order === 'descend' ? `-${key}` : key), ...place });
        }}
      />
    );
  }

  return (
    <Sheet flush>
      <div className={props.opens ? 'k-list k-list-opens' : 'k-list'}>
        {views.length > 0 && (
          <Views
            name={props.name}
            views={views}
            current={searchOf(values)}
            onPick={(search) => {
              const next = Object.fromEntries(new URLSearchParams(search));
              const gone = Object.fromEntries(Object.keys(values).map((key) => [key, null]));
              change({ ...gone, ...next });
            }}
          />
        )}
        {filters.length > 0 && (
          <Filters filters={filters} values={values} onChange={(what) => change({ ...what, ...place })} />
        )}
        {body}
        {connection && rows.length > 0 && (
          <footer className="k-list-foot">
            <span aria-live="polite">
              {/* What has come live since the page was read is counted, too. */}
              {typeof total === 'number' ? t('total', { count: total + rows.length - loaded.length }) : ''}
            </span>
            <span className="k-row">
              <Select
                size="small"
                variant="borderless"
                aria-label={t('perPage', { number: size })}
                value={size}
                options={SIZES.map((number) => ({ value: number, label: t('perPage', { number }) }))}
                onChange={(number) => change({ size: String(number), ...place })}
              />
              {!firstPage && (
                <Button
                  size="small"
                  type="text"
                  icon={<VerticalRightOutlined />}
                  aria-label={t('first')}
                  onClick={() => change(place)}
                />
              )}
              <Button
                size="small"
                icon={<LeftOutlined />}
                disabled={firstPage || !connection.pageInfo.hasPreviousPage}
                onClick={() =>
                  change(
                    page <= 2
                      ? place // the first page is the one that goes on living
                      : { before: connection.pageInfo.startCursor ?? null, after: null, page: String(page - 1) },
                  )
                }
              >
                {t('newer')}
              </Button>
              <Button
                size="small"
                icon={<RightOutlined />}
                iconPlacement="end"
                disabled={!connection.pageInfo.hasNextPage}
                onClick={() =>
                  change({ after: connection.pageInfo.endCursor ?? null, before: null, page: String(page + 1) })
                }
              >
                {t('older')}
              </Button>
            </span>
          </footer>
        )}
      </div>
    </Sheet>
  );
}

/** What opens a row's drawer from the keyboard: a link in looks, a button in deed. */
export function Opener({ id, children }: { id: string; children: ReactNode }) {
  const [, change] = useAddress();
  return (
    <button type="button" className="k-opener" onClick={() => change({ open: id })}>
      {children}
    </button>
  );
}
