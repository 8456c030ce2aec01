/** The catalogue: categories beside the services that lie on them, drafts and what is on sale. */

import {
  OperatorCatalogTableDocument,
  OperatorDraftServicesDocument,
  OperatorServiceDelistDocument,
  OperatorServicePublishDocument,
  type OperatorServiceRowFragment,
  type ServiceState,
} from "@daiqu/client";
import { Empty, Failed, Loading, Page, StateTag, useAct, useAddress, useConfirm, useFormat, useTell, useTexts, type Mood } from "@daiqu/kit";
import { App, Button, Dropdown, Input, Table } from "antd";
import { DownOutlined, PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useEffect, useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import { useClient, useQuery } from "urql";
import { CatalogueImport } from "./import";
import { found, shelvesOf, within } from "./shelves";
import { texts } from "./texts";
import { CategoryTree } from "./tree";
import "./catalogue.css";

type Row = OperatorServiceRowFragment;
const MOODS: Record<ServiceState, Mood> = { DRAFT: "wait", PUBLISHED: "good", DELISTED: "off" };
const PAGE = 100;
const SHOWN = 50;

/** Every service: the first hundred at once, the others after them, since search and counts need all. */
function useServices() {
  const client = useClient();
  const [{ data, error }, again] = useQuery({
    query: OperatorDraftServicesDocument,
    variables: { first: PAGE },
    requestPolicy: "cache-and-network",
  });
  const [rest, setRest] = useState<readonly Row[]>([]);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let gone = false;
    let after = data?.draftServices.pageInfo.hasNextPage ? data.draftServices.pageInfo.endCursor : null;
    setRest([]);
    setBusy(Boolean(after));
    const read = async () => {
      while (after && !gone) {
        const { data: page }: { data?: typeof data } = await client.query(
          OperatorDraftServicesDocument,
          { first: PAGE, after },
          { requestPolicy: "network-only" },
        );
        if (gone || !page) break;
        setRest((before) => [...before, ...page.draftServices.edges.map(({ node }) => node)]);
        after = page.draftServices.pageInfo.hasNextPage ? page.draftServices.pageInfo.endCursor : null;
      }
      if (!gone) setBusy(false);
    };
    void read();
    return () => {
      gone = true;
    };
  }, [data, client]);
  const rows = useMemo(() => [...(data?.draftServices.edges.map(({ node }) => node) ?? []), ...rest], [data, rest]);
  return { data, error, rows, busy, again: () => again({ requestPolicy: "network-only" }) };
}

export default function CatalogueView() {
  const t = useTexts(texts);
  const format = useFormat();
  const client = useClient();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const tell = useTell();
  const { modal } = App.useApp();
  const [values, change] = useAddress();
  const { data, error, rows, busy, again } = useServices();
  const [importing, setImporting] = useState(false);
  const [publish, publishing] = useAct(OperatorServicePublishDocument);
  const [delist, delisting] = useAct(OperatorServiceDelistDocument);
  const [typed, setTyped] = useState(values["q"] ?? "");
  useEffect(() => {
    const timer = setTimeout(() => change({ q: typed.trim() || null, page: null }, { replace: true }), 200);
    return () => clearTimeout(timer);
  }, [typed, change]);

  const shelves = useMemo(() => shelvesOf(data?.categories ?? []), [data]);
  const counts = useMemo(() => {
    const found = new Map<string, number>();
    for (const { category } of rows) found.set(category.id, (found.get(category.id) ?? 0) + 1);
    return found;
  }, [rows]);

  const chosen = values["category"] ?? "";
  const state = values["state"] as ServiceState | undefined;
  const wanted = typed.trim().toLowerCase();
  const shelf = chosen ? found(shelves, chosen)?.shelf : undefined;
  const lies = shelf ? new Set(within(shelf)) : null;
  const shown = rows.filter(
    (row) =>
      (!lies || lies.has(row.category.id)) &&
      (!state || row.state === state) &&
      (!wanted || row.name.toLowerCase().includes(wanted) || (row.draft?.names ?? []).some(({ text }) => text.toLowerCase().includes(wanted))),
  );
  const address = (id: string) => `/catalogue/service?id=${encodeURIComponent(id)}`;

  async function putOnSale(row: Row) {
    if (!(await confirm({ title: t("askPublish", { name: row.name }), hint: t("askPublishHint"), ok: t("publish") }))) return;
    const outcome = await publish({ input: { serviceId: row.id } }, { quiet: true, done: t("didPublish", { name: row.name }) });
    if (!outcome) return;
    if ("done" in outcome) return again();
    if ("failed" in outcome) return tell.bad(outcome.failed);
    const unsound = outcome.refused.code === "PRICE_UNSOUND";
    const go = await modal.confirm({
      title: t("blocked", { name: row.name }),
      content: unsound ? t("blockedPrice", { message: outcome.refused.message }) : t("blockedHint"),
      okText: t("toEditor"),
    });
    if (go) void navigate(address(row.id));
  }

  async function takeOff(row: Row) {
    if (!(await confirm({ title: t("askDelist", { name: row.name }), hint: t("askDelistHint"), ok: t("delist") }))) return;
    const undo = () => void publish({ input: { serviceId: row.id } }, { done: t("didPublish", { name: row.name }) }).then(again);
    const outcome = await delist({ input: { serviceId: row.id } }, { done: t("didDelist", { name: row.name }), undo });
    if (outcome && "done" in outcome) again();
  }

  async function download() {
    const { data: table, error: fault } = await client.query(OperatorCatalogTableDocument, {}, { requestPolicy: "network-only" });
    if (!table) return tell.bad(fault?.message ?? "");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([table.catalogTable], { type: "text/csv" }));
    link.download = "services.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  const fresh = `/catalogue/service${chosen ? `?category=${encodeURIComponent(chosen)}` : ""}`;
  const page = Number(values["page"] ?? 1) || 1;
  return (
    <Page
      title={t("title")}
      actions={
        <>
          <Dropdown
            trigger={["click"]}
            menu={{
              items: [
                { key: "export", label: t("export") },
                { key: "import", label: t("import") },
              ],
              onClick: ({ key }) => (key === "export" ? void download() : setImporting(true)),
            }}
          >
            <Button>
              {t("more")} <DownOutlined />
            </Button>
          </Dropdown>
          <Button type="primary" icon={<PlusOutlined />} disabled={!shelves.length} onClick={() => void navigate(fresh)}>
            {t("newService")}
          </Button>
        </>
      }
    >
      {!data ? (
        <section className="k-sheet">{error ? <Failed error={error} retry={again} /> : <Loading rows={10} />}</section>
      ) : (
        <div className="g-columns">
          <CategoryTree
            shelves={shelves}
            counts={counts}
            total={rows.length}
            chosen={chosen}
            onChoose={(id) => change({ category: id || null, page: null })}
            onChanged={again}
          />
          <section className="k-sheet k-sheet-flush k-list" aria-label={t("title")}>
            <div className="k-views">
              {(["", "PUBLISHED", "DRAFT", "DELISTED"] as const).map((each) => (
                <button key={each} type="button" className="k-view" aria-pressed={(state ?? "") === each} onClick={() => change({ state: each || null, page: null })}>
                  {t(each ? `views.${each}` : "views.all")}
                </button>
              ))}
            </div>
            <div className="k-list-tools" role="search">
              <Input
                allowClear
                maxLength={100}
                aria-label={t("search")}
                placeholder={t("search")}
                prefix={<SearchOutlined />}
                style={{ width: 260 }}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
              {busy && (
                <span className="k-quiet" role="status">
                  {t("loading", { loaded: rows.length, total: data.draftServices.totalCount ?? rows.length })}
                </span>
              )}
            </div>
            {shown.length === 0 ? (
              rows.length === 0 ? (
                <Empty title={t("empty")} hint={t("emptyHint")} />
              ) : (
                <Empty
                  title={t("noMatch")}
                  hint={t("noMatchHint")}
                  action={
                    <Button
                      onClick={() => {
                        setTyped("");
                        change({ category: null, state: null, q: null, page: null });
                      }}
                    >
                      {t("clear")}
                    </Button>
                  }
                />
              )
            ) : (
              <Table<Row>
                size="middle"
                rowKey="id"
                dataSource={shown}
                scroll={{ x: "max-content" }}
                pagination={
                  shown.length > SHOWN
                    ? { current: page, pageSize: SHOWN, showSizeChanger: false, onChange: (next) => change({ page: next > 1 ? String(next) : null }) }
                    : false
                }
                columns={[
                  {
                    key: "name",
                    title: t("name"),
                    render: (_, row) => (
                      <span className="g-name">
                        <Link to={address(row.id)} className="k-opener">
                          {row.name}
                        </Link>
                        {row.summary && <span className="k-quiet k-clip">{row.summary}</span>}
                      </span>
                    ),
                  },
                  { key: "state", title: t("state"), render: (_, row) => <StateTag mood={MOODS[row.state]}>{t(`states.${row.state}`)}</StateTag> },
                  ...(lies && shelf?.children.length === 0
                    ? []
                    : [{ key: "category", title: t("category"), responsive: ["lg" as const], render: (_: unknown, row: Row) => row.category.name }]),
                  { key: "kind", title: t("kind"), responsive: ["xxl"], render: (_, row) => t(`kinds.${row.kind}`) },
                  {
                    key: "price",
                    title: t("price"),
                    align: "right",
                    render: (_, row) => (row.priceFrom ? <span className="k-num">{row.priceFrom.formatted}</span> : <span className="k-quiet">{t("noPrice")}</span>),
                  },
                  {
                    key: "rating",
                    title: t("rating"),
                    align: "right",
                    responsive: ["md"],
                    render: (_, row) =>
                      row.rating.average == null ? (
                        <span className="k-quiet">—</span>
                      ) : (
                        <span className="k-num">
                          ★ {row.rating.average.toFixed(1)} <span className="k-quiet">({format.number(row.rating.count)})</span>
                        </span>
                      ),
                  },
                  {
                    key: "edited",
                    title: t("edited"),
                    align: "right",
                    responsive: ["xxl"],
                    render: (_, row) => row.draft && <span className="k-nowrap k-quiet">{format.moment(row.draft.updatedAt)}</span>,
                  },
                  {
                    key: "acts",
                    title: <span className="k-hidden">{t("acts")}</span>,
                    align: "right",
                    render: (_, row) =>
                      row.state === "PUBLISHED" ? (
                        <Button size="small" disabled={delisting} aria-label={`${t("delist")}: ${row.name}`} onClick={() => void takeOff(row)}>
                          {t("delist")}
                        </Button>
                      ) : (
                        <Button size="small" disabled={publishing} aria-label={`${t("publish")}: ${row.name}`} onClick={() => void putOnSale(row)}>
                          {t("publish")}
                        </Button>
                      ),
                  },
                ]}
              />
            )}
          </section>
        </div>
      )}
      {importing && (
        <CatalogueImport
          onClose={() => setImporting(false)}
          onTaken={() => {
            setImporting(false);
            again();
          }}
        />
      )}
    </Page>
  );
}
