/** What was sold, priced again by the rules as they stand. */

import { OperatorTariffTryDocument, type OperatorTariffTryMutation, type PriceRuleSaveInput } from "@daiqu/client";
import { Empty, Loading, SideDrawer, useAct, useTexts } from "@daiqu/kit";
import { Table } from "antd";
import { useEffect, useState } from "react";
import { summed, type Service } from "./model";
import { texts } from "./texts";
import type { Words } from "./words";

type Answer = Extract<OperatorTariffTryMutation["tariffTry"], { __typename: "TariffTrySuccess" }>;
type Row = Answer["trials"][number];

interface TrialProps {
  rules: PriceRuleSaveInput[];
  services: readonly Service[];
  words: Words;
  /** Which services it speaks of: their names may have to be read. */
  onSpoken: (serviceIds: readonly string[]) => void;
  onClose: () => void;
}

export function Trial({ rules, services, words, onSpoken, onClose }: TrialProps) {
  const t = useTexts(texts);
  const [run] = useAct(OperatorTariffTryDocument);
  const [trials, setTrials] = useState<readonly Row[]>();
  useEffect(() => {
    void run({ input: { rules } }).then((outcome) => {
      if (outcome && "done" in outcome) {
        setTrials(outcome.done.trials);
        onSpoken(outcome.done.trials.map(({ serviceId }) => serviceId));
      } else if (outcome) setTrials([]);
    });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- asked once, when it is opened
  }, []);
  const sum = summed(trials ?? []);
  const name = (id: string) => services.find((service) => service.id === id)?.name ?? "—";
  const signed = (amount: number) => (amount > 0 ? `+${words.money(amount)}` : words.money(amount));

  return (
    <SideDrawer open onClose={onClose} title={t("trialTitle")}>
      <p className="k-quiet k-gap-below">
        {t("trialHint")} {rules.length > 0 && t("trialEdit")}
      </p>
      {!trials && <Loading rows={8} />}
      {trials?.length === 0 && <Empty title={t("trialEmpty")} />}
      {trials && trials.length > 0 && (
        <div role="region" aria-label={t("trialTitle")} tabIndex={0}>
          <dl className="k-facts p-sums k-gap-below">
            <div>
              <dt>{t("before")}</dt>
              <dd className="p-big">{words.money(sum.before)}</dd>
            </div>
            <div>
              <dt>{t("after")}</dt>
              <dd className="p-big">{words.money(sum.after)}</dd>
            </div>
            <div>
              <dt>{t("difference")}</dt>
              <dd className="p-big">
                {signed(sum.after - sum.before)} <span className="k-quiet">({words.bps(Math.round(sum.change * 10_000))})</span>
              </dd>
            </div>
            <div>
              <dt>{`${t("dearer")} · ${t("cheaper")} · ${t("same")}${sum.unpriced ? ` · ${t("unpriced")}` : ""}`}</dt>
              <dd className="p-big">{[sum.dearer, sum.cheaper, sum.same, ...(sum.unpriced ? [sum.unpriced] : [])].join(" · ")}</dd>
            </div>
          </dl>
          <Table<Row>
            size="small"
            rowKey="quoteId"
            pagination={false}
            dataSource={[...trials]}
            columns={[
              { key: "at", title: t("takenAt"), render: (_, row) => <span className="k-nowrap">{words.format.moment(row.takenAt)}</span> },
              { key: "service", title: t("serviceColumn"), render: (_, row) => name(row.serviceId) },
              { key: "before", title: t("before"), align: "right", render: (_, row) => <span className="k-num">{row.before.formatted}</span> },
              { key: "after", title: t("after"), align: "right", render: (_, row) => <span className="k-num">{row.after?.formatted ?? t("unpriced")}</span> },
              {
                key: "difference",
                title: t("difference"),
                align: "right",
                render: (_, row) => {
                  const difference = row.after ? row.after.amount - row.before.amount : null;
                  return <span className={difference ? "k-num k-strong" : "k-num k-quiet"}>{difference === null ? "—" : difference ? signed(difference) : t("same")}</span>;
                },
              },
            ]}
          />
        </div>
      )}
    </SideDrawer>
  );
}
