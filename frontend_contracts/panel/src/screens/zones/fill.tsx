/** A building's floors and rooms at once, by their numbers. May be sent twice. */

import { OperatorPlacesFillDocument } from "@daiqu/client";
import { TextsInput, useAct, useBrand, useTell, useTexts, type BootText } from "@daiqu/kit";
import { Alert, Form, InputNumber, Modal, Switch } from "antd";
import { useState } from "react";
import { texts } from "./texts";
import type { Place } from "./tree";

interface Values {
  firstFloor: number;
  lastFloor: number;
  floorName: BootText[];
  withRooms: boolean;
  firstRoom: number;
  lastRoom: number;
  roomName: BootText[];
}

export function FillDialog({ building, onClose, onDone }: { building: Place; onClose: () => void; onDone: () => void }) {
  const t = useTexts(texts);
  const brand = useBrand();
  const tell = useTell();
  const [form] = Form.useForm<Values>();
  const [refusal, setRefusal] = useState<string>();
  const [fill, filling] = useAct(OperatorPlacesFillDocument);
  const withRooms = Form.useWatch("withRooms", form) ?? true;
  const languages = [brand.language, ...brand.moreLanguages];
  const named = (of: "floorNames" | "roomNames") =>
    languages.map((language) => ({ language, text: t(`fill.${of}.${language.startsWith("zh") ? "zh" : "en"}`) }));

  async function go(values: Values) {
    setRefusal(undefined);
    const outcome = await fill(
      {
        input: {
          buildingId: building.id,
          floors: { first: values.firstFloor, last: values.lastFloor },
          floorName: values.floorName,
          rooms: values.withRooms ? { first: values.firstRoom, last: values.lastRoom } : null,
          roomName: values.withRooms ? values.roomName : [],
        },
      },
      { quiet: true },
    );
    if (!outcome) return;
    if ("failed" in outcome) return setRefusal(outcome.failed);
    if ("refused" in outcome) return setRefusal(outcome.refused.message);
    tell.done(t("fill.done", { count: outcome.done.added }));
    onDone();
    onClose();
  }

  return (
    <Modal
      open
      title={t("fill.title", { name: building.name })}
      okText={t("fill.go")}
      confirmLoading={filling}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={520}
    >
      <p className="k-quiet k-gap-below">{t("fill.hint")}</p>
      <Form<Values>
        form={form}
        layout="vertical"
        onFinish={(values) => void go(values)}
        initialValues={{ firstFloor: 1, lastFloor: 6, floorName: named("floorNames"), withRooms: true, firstRoom: 1, lastRoom: 12, roomName: named("roomNames") }}
      >
        <h3 className="z-step">{t("fill.floors")}</h3>
        <Numbers first="firstFloor" last="lastFloor" />
        <Form.Item name="floorName" label={t("fill.floorName")}>
          <TextsInput maxLength={100} />
        </Form.Item>
        <label className="k-row k-gap-below">
          <Form.Item name="withRooms" valuePropName="checked" noStyle>
            <Switch size="small" />
          </Form.Item>
          {t("fill.withRooms")}
        </label>
        {withRooms && (
          <>
            <h3 className="z-step">{t("fill.rooms")}</h3>
            <Numbers first="firstRoom" last="lastRoom" />
            <Form.Item name="roomName" label={t("fill.roomName")}>
              <TextsInput maxLength={100} />
            </Form.Item>
          </>
        )}
        {refusal && <Alert type="error" showIcon role="alert" title={refusal} />}
      </Form>
    </Modal>
  );
}

function Numbers({ first, last }: { first: string; last: string }) {
  const t = useTexts(texts);
  return (
    <div className="z-pair">
      <Form.Item name={first} label={t("fill.first")} rules={[{ required: true }]}>
        <InputNumber min={-99} max={999} precision={0} />
      </Form.Item>
      <Form.Item name={last} label={t("fill.last")} rules={[{ required: true }]}>
        <InputNumber min={-99} max={999} precision={0} />
      </Form.Item>
    </div>
  );
}
