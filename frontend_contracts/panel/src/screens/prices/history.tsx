/** What was published, newest first, with the rules of each as they were. */

import { OperatorTariffsDocument } from "@daiqu/client";
import { Empty, Failed, Loading, SideDrawer, StateTag, useLanguage, useTexts, useBrand, textIn } from "@daiqu/kit";
import { Button, Collapse } from "antd";
import { useEffect, useState } from "react";
import { useQuery } from "urql";
import { byStep, type Params, type Service, type When } from "./model";
import { texts } from "./texts";
import type { Words } from "./words";

interface HistoryProps {
  services: readonly Service[];
  words: Words;
  /** Which services it speaks of: their names may have to be read. */
  onSpoken: (serviceIds: readonly string[]) => void;
  onClose: () => void;
}

export function History({ services, words, onSpoken, onClose }: HistoryProps) {
  const t = useTexts(texts);
  const language = useLanguage();
  const brand = useBrand();
  const [size, setSize] = useState(10);
  const [{ data, error, fetching }] = useQuery({ query: OperatorTariffsDocument, variables: { first: size }, requestPolicy: "network-only" });
  const tariffs = data?.tariffs.edges.map(({ node }) => node) ?? [];
  useEffect(() => {
    if (data) onSpoken(data.tariffs.edges.flatMap(({ node }) => node.rules.flatMap(({ serviceId }) => (serviceId ? [serviceId] : []))));
  }, [data, onSpoken]);
  return (
    <SideDrawer open onClose={onClose} title={t("historyTitle")}>
      {error && !data && <Failed error={error} />}
      {!data && !error && <Loading rows={8} />}
      {data && tariffs.length === 0 && <Empty title={t("historyEmpty")} />}
      {tariffs.length > 0 && (
        <Collapse
          items={tariffs.map((tariff, index) => ({
            key: tariff.id,
            label: (
              <span className="k-between">
                <span className="k-row">
                  <strong>{t("tariff", { number: tariff.number })}</strong>
                  {index === 0 && <StateTag mood="good">{t("current")}</StateTag>}
                </span>
                <span className="k-quiet">
                  {words.format.instant(tariff.publishedAt)} · {t("rules", { count: tariff.rules.length })}
                </span>
              </span>
            ),
            children: (
              <ul className="p-old">
                {byStep(tariff.rules.map((rule) => ({ ...rule, service: rule.serviceId ? { id: rule.serviceId } : null }))).flatMap(({ step, rules }) =>
                  rules.map((rule, number) => (
                    <li key={`${step}${number}`}>
                      <span>
                        <span className="k-strong">{textIn(rule.labels, language, brand.language)}</span>{" "}
                        <span className="k-quiet">
                          {t(`step.${step}`)}
                          {rule.serviceId && ` · ${services.find((each) => each.id === rule.serviceId)?.name ?? "—"}`}
                        </span>
                      </span>
                      <span>
                        {words.params(step, rule.params as Params)}
                        <span className="k-quiet"> {words.when(step, rule.when as When).join(", ")}</span>
                      </span>
                    </li>
                  )),
                )}
              </ul>
            ),
          }))}
        />
      )}
      {data?.tariffs.pageInfo.hasNextPage && (
        <Button className="k-gap-above" loading={fetching} onClick={() => setSize(size + 20)}>
          {t("more")}
        </Button>
      )}
    </SideDrawer>
  );
}
