/** A promotion's conditions, as the API takes them. */

import { OperatorPromotionSaveDocument, type OperatorPromotionFragment, type PromotionAudience } from "@daiqu/client";
import { kitTexts, MoneyInput, SaveForm, SearchSelectMany, textsNeeded, TextsInput, useAct, useBrand, useFormat, useTexts } from "@daiqu/kit";
import { Form, Input, InputNumber, Radio, Select, Switch } from "antd";
import { useState } from "react";
import { useServices } from "../../pickers/lookups";
import { dayOf, instantOf, minutesOf } from "../calendar/layout";
import { texts } from "./texts";

type Promotion = OperatorPromotionFragment & { bundleDays?: number | null; bundleServiceIds: readonly string[] };

interface PromotionEditorProps {
  promotion: Promotion | null;
  onClose: () => void;
  onSaved: () => void;
}

const AUDIENCES: readonly PromotionAudience[] = ["EVERYBODY", "REFERRED", "REFERRER"];
const BPS = 100;

export function PromotionEditor({ promotion, onClose, onSaved }: PromotionEditorProps) {
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const brand = useBrand();
  const { zone } = useFormat();
  const [save] = useAct(OperatorPromotionSaveDocument);
  const [kind, setKind] = useState<"amount" | "percent">(promotion?.percentBps != null ? "percent" : "amount");
  const services = useServices();
  const needed = [{ required: true, message: words("required") }];
  const local = (iso: string | null | undefined) => {
    if (!iso) return "";
    const minutes = minutesOf(iso, zone);
    const two = (number: number) => String(number).padStart(2, "0");
    return `${dayOf(iso, zone)}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  };
  const instant = (text: string) => instantOf(text.slice(0, 10), text.slice(11, 16), zone);

  return (
    <SaveForm
      initial={{
        name: (promotion?.names ?? []).map(({ language, text }) => ({ language, text })),
        amount: promotion?.amount ?? null,
        percentBps: promotion?.percentBps != null ? promotion.percentBps / BPS : null,
        ceiling: promotion?.ceiling ?? null,
        threshold: promotion?.threshold ?? 0,
        audience: promotion?.audience ?? ("EVERYBODY" as PromotionAudience),
        byCode: promotion?.byCode ?? false,
        firstOrder: promotion?.firstOrder ?? false,
        stackable: promotion?.stackable ?? false,
        serviceIds: [...(promotion?.serviceIds ?? [])],
        bundleServiceIds: [...(promotion?.bundleServiceIds ?? [])],
        bundleDays: promotion?.bundleDays ?? null,
        startsAt: local(promotion?.startsAt ?? new Date().toISOString()),
        endsAt: local(promotion?.endsAt),
        budget: promotion?.budget ?? null,
        usesLimit: promotion?.usesLimit ?? null,
        perPerson: promotion?.perPerson ?? null,
      }}
      savedText={t("saved")}
      save={(values) =>
        save(
          {
            input: {
              ...values,
              id: promotion?.id ?? null,
              amount: kind === "amount" ? values.amount : null,
              percentBps: kind === "percent" && values.percentBps != null ? Math.round(values.percentBps * BPS) : null,
              ceiling: kind === "percent" ? values.ceiling : null,
              threshold: values.threshold ?? 0,
              bundleDays: values.bundleServiceIds.length ? values.bundleDays : null,
              startsAt: instant(values.startsAt),
              endsAt: values.endsAt ? instant(values.endsAt) : null,
            },
          },
          { quiet: true },
        )
      }
      onSaved={onSaved}
      onCancel={onClose}
    >
      <Form.Item name="name" label={t("name")} required rules={[textsNeeded(brand.language, t("nameNeeded"))]}>
        <TextsInput maxLength={60} />
      </Form.Item>
      <Form.Item label={t("kind")}>
        <Radio.Group
          optionType="button"
          value={kind}
          onChange={(event) => setKind(event.target.value as typeof kind)}
          options={(["amount", "percent"] as const).map((value) => ({ value, label: t(`kinds.${value}`) }))}
        />
      </Form.Item>
      <div className="p-pair">
        {kind === "amount" ? (
          <Form.Item key="amount" name="amount" label={t("amount")} rules={needed}>
            <MoneyInput />
          </Form.Item>
        ) : (
          <>
            <Form.Item key="percent" name="percentBps" label={t("percent")} rules={needed}>
              <InputNumber min={0.01} max={100} precision={2} suffix="%" style={{ width: 200 }} />
            </Form.Item>
            <Form.Item name="ceiling" label={t("ceiling")}>
              <MoneyInput />
            </Form.Item>
          </>
        )}
        <Form.Item name="threshold" label={t("threshold")}>
          <MoneyInput />
        </Form.Item>
        <Form.Item name="audience" label={t("audience")}>
          <Select options={AUDIENCES.map((value) => ({ value, label: t(`audiences.${value}`) }))} />
        </Form.Item>
      </div>
      <Form.Item name="serviceIds" label={t("services")}>
        <SearchSelectMany lookup={services} placeholder={t("allServices")} />
      </Form.Item>
      <div className="p-switches">
        {(["byCode", "firstOrder", "stackable"] as const).map((name) => (
          <label key={name} className="k-row">
            <Form.Item name={name} valuePropName="checked" noStyle>
              <Switch size="small" />
            </Form.Item>
            {t(name)}
          </label>
        ))}
      </div>
      <div className="p-pair">
        <Form.Item name="startsAt" label={t("starts")} rules={needed}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item name="endsAt" label={t("ends")} extra={t("endsHint", { zone })}>
          <Input type="datetime-local" />
        </Form.Item>
        <Form.Item name="budget" label={t("budget")}>
          <MoneyInput />
        </Form.Item>
        <Form.Item name="usesLimit" label={t("usesLimit")}>
          <InputNumber min={1} precision={0} placeholder={t("none")} style={{ width: 200 }} />
        </Form.Item>
        <Form.Item name="perPerson" label={t("perPerson")}>
          <InputNumber min={1} precision={0} placeholder={t("none")} style={{ width: 200 }} />
        </Form.Item>
      </div>
      <Form.Item name="bundleServiceIds" label={t("bundle")} extra={t("bundleHint")}>
        <SearchSelectMany lookup={services} maxCount={10} placeholder="—" />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(before, after) => before.bundleServiceIds !== after.bundleServiceIds}>
        {({ getFieldValue }) =>
          ((getFieldValue("bundleServiceIds") ?? []) as string[]).length > 0 && (
            <Form.Item name="bundleDays" label={t("bundleDays")} rules={needed}>
              <InputNumber min={1} max={365} precision={0} />
            </Form.Item>
          )
        }
      </Form.Item>
    </SaveForm>
  );
}
