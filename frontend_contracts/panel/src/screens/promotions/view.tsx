/** What is taken off prices: how each promotion stands, and what it has cost. */

import { OperatorPromotionsDocument, type OperatorPromotionFragment } from "@daiqu/client";
import { AddressDrawer, List, Opener, Page, StateTag, useAddress, useFormat, useTexts, type Column } from "@daiqu/kit";
import { Button, Progress, Tag } from "antd";
import { PlusOutlined } from "@ant-design/icons";
import { useState } from "react";
import { PromotionEditor } from "./editor";
import { PromotionSheet } from "./sheet";
import { STANDING_MOODS, standingOf } from "./standing";
import { texts } from "./texts";
import "./promotions.css";

type Promotion = OperatorPromotionFragment;

const NEW = "new";

export default function PromotionsView() {
  const t = useTexts(texts);
  const format = useFormat();
  const { money } = format;
  const [values, change] = useAddress();
  const [version, setVersion] = useState(0);
  const open = values["open"];
  const changed = () => setVersion((n) => n + 1);

  const columns: Column<Promotion>[] = [
    {
      key: "name",
      title: t("name"),
      render: (row) => (
        <span className="k-row k-nowrap">
          <Opener id={row.id}>{row.name}</Opener>
          {row.byCode && <Tag>{t("code")}</Tag>}
        </span>
      ),
    },
    {
      key: "state",
      title: t("state"),
      render: (row) => {
        const standing = standingOf(row, Date.now());
        return <StateTag mood={STANDING_MOODS[standing]}>{t(`standing.${standing}`)}</StateTag>;
      },
    },
    { key: "gives", title: t("gives"), render: (row) => <Gives promotion={row} /> },
    {
      key: "budget",
      title: t("budget"),
      width: 210,
      render: (row) =>
        row.budget == null ? (
          <span className="k-quiet">{t("unlimited", { spent: money(row.spent ?? 0) })}</span>
        ) : (
          <Used used={row.spent ?? 0} limit={row.budget} text={t("spentOf", { spent: money(row.spent ?? 0), budget: money(row.budget) })} />
        ),
    },
    {
      key: "uses",
      title: t("uses"),
      align: "right",
      render: (row) => (
        <span className="k-num">
          {row.usesLimit == null ? format.number(row.uses ?? 0) : t("usesOf", { uses: format.number(row.uses ?? 0), limit: format.number(row.usesLimit) })}
        </span>
      ),
    },
    {
      key: "period",
      title: t("period"),
      from: "lg",
      render: (row) => (
        <span className="k-nowrap">
          {format.day(row.startsAt)} – {row.endsAt ? format.day(row.endsAt) : t("open")}
        </span>
      ),
    },
  ];

  return (
    <Page
      title={t("title")}
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => change({ open: NEW })}>
          {t("add")}
        </Button>
      }
    >
      <List
        name="promotions"
        document={OperatorPromotionsDocument}
        variables={() => ({})}
        connection={(data) => data.promotions}
        columns={columns}
        opens
        version={version}
        empty={{ title: t("empty"), hint: t("emptyHint") }}
      />
      <AddressDrawer title={open === NEW ? t("add") : t("title")}>
        {open === NEW && (
          <PromotionEditor
            promotion={null}
            onClose={() => change({ open: null })}
            onSaved={() => {
              changed();
              change({ open: null });
            }}
          />
        )}
        {open && open !== NEW && <PromotionSheet key={open} id={open} onChanged={changed} />}
      </AddressDrawer>
    </Page>
  );
}

export function Gives({ promotion: { amount, percentBps, ceiling, threshold } }: { promotion: Promotion }) {
  const t = useTexts(texts);
  const format = useFormat();
  const { money } = format;
  const share = percentBps == null ? "" : format.percent(percentBps / 10_000);
  const what = amount != null ? money(amount) : ceiling != null ? t("upTo", { share, most: money(ceiling) }) : share;
  return (
    <span className="k-nowrap">
      {what}
      {threshold > 0 && <span className="k-quiet"> · {t("from", { least: money(threshold) })}</span>}
    </span>
  );
}

export function Used({ used, limit, text }: { used: number; limit: number; text: string }) {
  const share = limit > 0 ? Math.min(100, (used / limit) * 100) : 100;
  return (
    <span className="p-used">
      <Progress percent={share} showInfo={false} size="small" status={share >= 100 ? "exception" : "normal"} aria-label={text} />
      <span className="k-quiet">{text}</span>
    </span>
  );
}
