/** Rules out of a spreadsheet: what they change is shown first, and taken over then. */

import { OperatorPriceTableImportDocument, type OperatorPriceTableImportMutation } from "@daiqu/client";
import { SideDrawer, StateTag, useAct, useTexts } from "@daiqu/kit";
import { Alert, Button, Table, Upload } from "antd";
import { UploadOutlined } from "@ant-design/icons";
import { useState } from "react";
import type { Step } from "./model";
import { texts } from "./texts";

type Change = Extract<OperatorPriceTableImportMutation["priceTableImport"], { __typename: "PriceTableImportSuccess" }>["changes"][number];
const BYTES = 5_000_000;

export function PriceSheet({ onClose, onTaken }: { onClose: () => void; onTaken: () => void }) {
  const t = useTexts(texts);
  const [run, running] = useAct(OperatorPriceTableImportDocument);
  const [file, setFile] = useState<File>();
  const [changes, setChanges] = useState<readonly Change[]>();
  const [fault, setFault] = useState<string>();

  async function send(upload: File, dryRun: boolean) {
    setFault(undefined);
    if (upload.size > BYTES) return setFault(t("tooBig", { size: (upload.size / 1_000_000).toFixed(1) }));
    const outcome = await run({ input: { upload, dryRun } }, { quiet: true, ...(!dryRun && { done: t("imported") }) });
    if (!outcome) return;
    if ("done" in outcome) {
      setFile(upload);
      if (dryRun) setChanges(outcome.done.changes);
      else onTaken();
      return;
    }
    setChanges(undefined);
    if ("failed" in outcome) return setFault(outcome.failed);
    const { row, column, reason, message } = outcome.refused as { row?: number; column?: string; reason?: string; message: string };
    setFault(row ? t("wrongRow", { row, column: column ?? "", reason: reason ?? "" }) : message);
  }

  return (
    <SideDrawer
      open
      onClose={onClose}
      title={t("importTitle")}
      foot={
        changes && changes.length > 0 && file ? (
          <Button type="primary" loading={running} onClick={() => void send(file, false)}>
            {t("importGo", { count: changes.length })}
          </Button>
        ) : null
      }
    >
      <p className="k-quiet k-gap-below">{t("importHint")}</p>
      <div className="k-row k-gap-below">
        <Upload
          accept=".csv,.xlsx"
          showUploadList={false}
          beforeUpload={(upload) => {
            void send(upload, true);
            return false;
          }}
        >
          <Button icon={<UploadOutlined />} loading={running}>
            {t(file ? "chooseOther" : "choose")}
          </Button>
        </Upload>
        {file && <span className="k-quiet">{file.name}</span>}
      </div>
      {fault && <Alert type="error" showIcon role="alert" title={fault} />}
      {changes?.length === 0 && <Alert type="info" title={t("importNothing")} />}
      {changes && changes.length > 0 && (
        <Table<Change>
          size="small"
          rowKey="row"
          pagination={changes.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
          dataSource={[...changes]}
          columns={[
            { key: "row", title: t("row"), dataIndex: "row", width: 60 },
            { key: "kind", title: "", width: 90, render: (_, { kind }) => <StateTag mood={kind === "ADDED" ? "good" : "run"}>{t(`change.${kind}`)}</StateTag> },
            { key: "step", title: "", width: 120, render: (_, { step }) => t(`step.${step as Step}`) },
            {
              key: "cells",
              title: "",
              render: (_, { cells }) => (
                <ul className="p-cells">
                  {cells.map((cell) => (
                    <li key={cell.column}>
                      <code>{cell.column}</code> {cell.before && <del>{cell.before}</del>} <ins>{cell.after || "—"}</ins>
                    </li>
                  ))}
                </ul>
              ),
            },
          ]}
        />
      )}
    </SideDrawer>
  );
}
