/** Zones out of a file: first what it would do, then doing it. And all of them as one. */

import { OperatorZonesExportDocument, OperatorZonesImportDocument } from "@daiqu/client";
import { faultOf, kitTexts, useAct, useTell, useTexts } from "@daiqu/kit";
import { Alert, Button, Checkbox, Modal, Tag, Upload } from "antd";
import { DownloadOutlined, UploadOutlined } from "@ant-design/icons";
import { useState } from "react";
import { useClient } from "urql";
import { texts } from "./texts";

interface Plan {
  added: readonly { name: string }[];
  changed: readonly { name: string }[];
  removed: readonly { name: string }[];
  same: number;
}

const SIDES = ["added", "changed", "removed"] as const;
const COLORS = { added: "green", changed: "blue", removed: "red" } as const;

export function ImportDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const [file, setFile] = useState<File>();
  const [removeOthers, setRemoveOthers] = useState(false);
  const [plan, setPlan] = useState<Plan>();
  const [refusal, setRefusal] = useState<string>();
  const [send, sending] = useAct(OperatorZonesImportDocument);
  const nothing = plan && SIDES.every((side) => plan[side].length === 0);

  async function go(dryRun: boolean) {
    if (!file) return;
    setRefusal(undefined);
    const telling = dryRun ? { quiet: true } : { quiet: true, done: t("file.done") };
    const outcome = await send({ input: { file, removeOthers, dryRun } }, telling);
    if (!outcome) return;
    if ("failed" in outcome) return setRefusal(outcome.failed);
    if ("refused" in outcome) {
      const { field, message } = outcome.refused;
      return setRefusal(field ? `${field}: ${message}` : message);
    }
    if (dryRun) return setPlan(outcome.done);
    onDone();
    onClose();
  }

  const forget = () => {
    setPlan(undefined);
    setRefusal(undefined);
  };

  return (
    <Modal
      open
      title={t("file.title")}
      onCancel={onClose}
      width={520}
      footer={[
        <Button key="cancel" onClick={onClose}>
          {words("cancel")}
        </Button>,
        <Button
          key="go"
          type="primary"
          loading={sending}
          disabled={!file || nothing}
          danger={Boolean(plan?.removed.length)}
          onClick={() => void go(!plan)}
        >
          {t(plan ? "file.take" : "file.look")}
        </Button>,
      ]}
    >
      <p className="k-quiet k-gap-below">{t("file.hint")}</p>
      <div className="k-stack">
        <Upload
          accept=".geojson,.json,application/geo+json,application/json"
          maxCount={1}
          beforeUpload={(chosen) => {
            setFile(chosen);
            forget();
            return false;
          }}
          onRemove={() => {
            setFile(undefined);
            forget();
          }}
        >
          <Button icon={<UploadOutlined />}>{t("file.choose")}</Button>
        </Upload>
        <Checkbox
          checked={removeOthers}
          onChange={(event) => {
            setRemoveOthers(event.target.checked);
            forget();
          }}
        >
          {t("file.others")}
        </Checkbox>
        {refusal && <Alert type="error" showIcon role="alert" title={refusal} />}
        {plan && (
          <div className="z-plan" role="status">
            {SIDES.filter((side) => plan[side].length > 0).map((side) => (
              <div key={side}>
                <span className="k-quiet">{t(`file.${side}`)}</span>
                <span className="k-row">
                  {plan[side].map((zone, index) => (
                    <Tag key={index} color={COLORS[side]}>
                      {zone.name}
                    </Tag>
                  ))}
                </span>
              </div>
            ))}
            {nothing && <p>{t("file.nothing")}</p>}
            {plan.same > 0 && <p className="k-quiet">{t("file.same", { count: plan.same })}</p>}
          </div>
        )}
      </div>
    </Modal>
  );
}

export function ExportButton() {
  const t = useTexts(texts);
  const words = useTexts(kitTexts);
  const tell = useTell();
  const client = useClient();
  const [asking, setAsking] = useState(false);

  async function go() {
    setAsking(true);
    const { data, error } = await client.query(OperatorZonesExportDocument, {}, { requestPolicy: "network-only" });
    setAsking(false);
    if (!data) return error && tell.bad(faultOf(error, words));
    const url = URL.createObjectURL(new Blob([JSON.stringify(data.zonesExport, null, 2)], { type: "application/geo+json" }));
    const link = document.createElement("a");
    link.href = url;
    link.download = "zones.geojson";
    link.click();
    URL.revokeObjectURL(url);
  }

  return (
    <Button icon={<DownloadOutlined />} loading={asking} onClick={() => void go()}>
      {t("file.export")}
    </Button>
  );
}
