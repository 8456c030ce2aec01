/** The catalogue: categories beside the services that lie on them, drafts and what is on sale. */

import {
  OperatorCatalogTableDocument,
  OperatorDraftServicesDocument,
  OperatorServiceDelistDocument,
  OperatorServicePublishDocument,
  type OperatorDraftServicesQuery,
  type OperatorServiceRowFragment,
  type ServiceState,
} from "@daiqu/client";
import {
  List,
  Page,
  StateTag,
  useAct,
  useAddress,
  useConfirm,
  useFormat,
  useTell,
  useTexts,
  type Column,
  type Mood,
} from "@daiqu/kit";
import { App, Button, Dropdown } from "antd";
import { DownOutlined, PlusOutlined } from "@ant-design/icons";
import { useCallback, useState } from "react";
import { Link, useNavigate } from "react-router";
import { useClient } from "urql";
import { CatalogueImport } from "./import";
import { found, shelvesOf, type Shelf } from "./shelves";
import { texts } from "./texts";
import { CategoryTree } from "./tree";
import "./catalogue.css";

type Row = OperatorServiceRowFragment;
const MOODS: Record<ServiceState, Mood> = { DRAFT: "wait", PUBLISHED: "good", DELISTED: "off" };
const STATES: readonly ServiceState[] = ["PUBLISHED", "DRAFT", "DELISTED"];

const stateIn = (values: Readonly<Record<string, string>>) =>
  STATES.find((state) => state === values["state"]) ?? null;

export default function CatalogueView() {
  const t = useTexts(texts);
  const format = useFormat();
  const client = useClient();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const tell = useTell();
  const { modal } = App.useApp();
  const [values, change] = useAddress();
  const [shelves, setShelves] = useState<readonly Shelf[]>([]);
  const [version, setVersion] = useState(0);
  const again = () => setVersion((number) => number + 1);
  const [importing, setImporting] = useState(false);
  const [publish, publishing] = useAct(OperatorServicePublishDocument);
  const [delist, delisting] = useAct(OperatorServiceDelistDocument);
  const onData = useCallback((data: OperatorDraftServicesQuery) => setShelves(shelvesOf(data.categories)), []);

  const chosen = values["category"] ?? "";
  const shelf = chosen ? found(shelves, chosen)?.shelf : undefined;
  const address = (id: string) => `/catalogue/service?id=${encodeURIComponent(id)}`;

  async function putOnSale(row: Row) {
    const sure = await confirm({
      title: t("askPublish", { name: row.name }),
      hint: t("askPublishHint"),
      ok: t("publish"),
    });
    if (!sure) return;
    const outcome = await publish(
      { input: { serviceId: row.id } },
      { quiet: true, done: t("didPublish", { name: row.name }) },
    );
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
    const sure = await confirm({ title: t("askDelist", { name: row.name }), hint: t("askDelistHint"), ok: t("delist") });
    if (!sure) return;
    const undo = () =>
      void publish({ input: { serviceId: row.id } }, { done: t("didPublish", { name: row.name }) }).then(again);
    const outcome = await delist({ input: { serviceId: row.id } }, { done: t("didDelist", { name: row.name }), undo });
    if (outcome && "done" in outcome) again();
  }

  async function download() {
    const answer = await client.query(OperatorCatalogTableDocument, {}, { requestPolicy: "network-only" });
    if (!answer.data) return tell.bad(answer.error?.message ?? "");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([answer.data.catalogTable], { type: "text/csv" }));
    link.download = "services.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  const columns: Column<Row>[] = [
    {
      key: "name",
      title: t("name"),
      render: (row) => (
        <span className="g-name">
          <Link to={address(row.id)} className="k-opener">
            {row.name}
          </Link>
          {row.summary && <span className="k-quiet k-clip">{row.summary}</span>}
        </span>
      ),
    },
    {
      key: "state",
      title: t("state"),
      render: (row) => <StateTag mood={MOODS[row.state]}>{t(`states.${row.state}`)}</StateTag>,
    },
    { key: "kind", title: t("kind"), from: "xxl", render: (row) => t(`kinds.${row.kind}`) },
    {
      key: "price",
      title: t("price"),
      align: "right",
      render: (row) =>
        row.priceFrom ? (
          <span className="k-num">{row.priceFrom.formatted}</span>
        ) : (
          <span className="k-quiet">{t("noPrice")}</span>
        ),
    },
    {
      key: "rating",
      title: t("rating"),
      align: "right",
      from: "md",
      render: (row) =>
        row.rating.average == null ? (
          <span className="k-quiet">—</span>
        ) : (
          <span className="k-num">
            ★ {format.rating(row.rating.average)} <span className="k-quiet">({format.number(row.rating.count)})</span>
          </span>
        ),
    },
    {
      key: "acts",
      title: <span className="k-hidden">{t("acts")}</span>,
      align: "right",
      render: (row) => {
        const on = row.state === "PUBLISHED";
        return (
          <Button
            size="small"
            disabled={on ? delisting : publishing}
            aria-label={`${t(on ? "delist" : "publish")}: ${row.name}`}
            onClick={() => void (on ? takeOff(row) : putOnSale(row))}
          >
            {t(on ? "delist" : "publish")}
          </Button>
        );
      },
    },
  ];
  // Where all are of one shelf it need not be said.
  if (!shelf || shelf.children.length > 0) {
    columns.splice(2, 0, {
      key: "category",
      title: t("category"),
      from: "lg",
      render: (row) => (
        <span className="g-where k-clip" title={row.category.name}>
          {row.category.name}
        </span>
      ),
    });
  }

  const fresh = `/catalogue/service${chosen ? `?category=${encodeURIComponent(chosen)}` : ""}`;
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
          <Button
            type="primary"
            icon={<PlusOutlined />}
            disabled={!shelves.length}
            onClick={() => void navigate(fresh)}
          >
            {t("newService")}
          </Button>
        </>
      }
    >
      <div className="g-columns">
        <CategoryTree
          shelves={shelves}
          chosen={chosen}
          onChoose={(id) => change({ category: id || null, after: null, before: null, page: null })}
          onChanged={again}
        />
        <List
          name="catalogue"
          document={OperatorDraftServicesDocument}
          variables={(what) => ({
            state: stateIn(what),
            categoryId: what["category"] || null,
            text: what["q"] ?? "",
          })}
          connection={(data) => data.draftServices}
          columns={columns}
          views={(["", ...STATES] as const).map((each) => ({
            title: t(each ? `views.${each}` : "views.all"),
            search: each && `state=${each}`,
          }))}
          filters={[
            { kind: "search", key: "q", label: t("search") },
            {
              kind: "one",
              key: "state",
              label: t("state"),
              options: STATES.map((state) => ({ value: state, label: t(`states.${state}`) })),
            },
          ]}
          onData={onData}
          version={version}
          empty={
            chosen
              ? {
                  title: t("noMatch"),
                  hint: t("noMatchHint"),
                  action: <Button onClick={() => change({ category: null })}>{t("clear")}</Button>,
                }
              : { title: t("empty"), hint: t("emptyHint") }
          }
        />
      </div>
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
