/** The gallery of a service: shown at once, without publishing. */

import {
  OperatorServiceContentArrangeDocument,
  OperatorServiceMediaAddDocument,
  OperatorServiceMediaRemoveDocument,
  type Moment,
  type OperatorMediaFragment,
} from "@daiqu/client";
import { useAct, useConfirm, useTell, useTexts } from "@daiqu/kit";
import { Button, Image, Select, Upload } from "antd";
import { ArrowLeftOutlined, ArrowRightOutlined, DeleteOutlined, UploadOutlined } from "@ant-design/icons";
import { useState } from "react";
import { texts } from "./texts";

const BYTES = 10_000_000;
const TYPES = ["image/jpeg", "image/png", "image/webp", "video/mp4"];
const MOMENTS = ["OTHER", "BEFORE", "AFTER"] as const satisfies readonly Moment[];

interface PicturesProps {
  serviceId: string | null;
  media: readonly OperatorMediaFragment[];
  onChanged: () => void;
}

export function Pictures({ serviceId, media, onChanged }: PicturesProps) {
  const t = useTexts(texts);
  const tell = useTell();
  const confirm = useConfirm();
  const [moment, setMoment] = useState<Moment>("OTHER");
  const [add, adding] = useAct(OperatorServiceMediaAddDocument);
  const [remove] = useAct(OperatorServiceMediaRemoveDocument);
  const [arrange, arranging] = useAct(OperatorServiceContentArrangeDocument);
  if (!serviceId) return <p className="k-quiet">{t("saveFirst")}</p>;

  async function send(upload: File) {
    if (!TYPES.includes(upload.type)) return tell.bad(t("wrongType"));
    if (upload.size > BYTES) return tell.bad(t("tooBig", { size: (upload.size / 1_000_000).toFixed(1) }));
    const kind = upload.type === "video/mp4" ? "VIDEO" : "PICTURE";
    const outcome = await add({ input: { serviceId: serviceId as string, upload, kind, moment } }, { done: t("pictureAdded") });
    if (outcome && "done" in outcome) onChanged();
  }

  async function takeAway(mediaId: string) {
    const sure = await confirm({ title: t("askRemovePicture"), hint: t("askRemovePictureHint"), ok: t("remove", { name: "" }).trim(), danger: true });
    if (!sure) return;
    const outcome = await remove({ input: { mediaId } }, { done: t("pictureRemoved") });
    if (outcome && "done" in outcome) onChanged();
  }

  async function move(index: number, by: number) {
    const ids = media.map(({ id }) => id);
    const [id] = ids.splice(index, 1);
    if (!id) return;
    const outcome = await arrange({ input: { serviceId: serviceId as string, mediaIds: ids.toSpliced(index + by, 0, id) } });
    if (outcome && "done" in outcome) onChanged();
  }

  return (
    <>
      {media.length > 0 && (
        <ul className="s-media">
          {media.map((each, index) => (
            <li key={each.id}>
              {each.kind === "VIDEO" ? (
                <video src={each.url} controls preload="metadata" aria-label={each.alt || t("section.pictures")} />
              ) : (
                <Image src={each.url} alt={each.alt || t("section.pictures")} />
              )}
              <span className="k-between">
                <span className="s-hint">{each.moment !== "OTHER" && t(`moment.${each.moment}`)}</span>
                <span>
                  <Button type="text" size="small" icon={<ArrowLeftOutlined />} disabled={index === 0 || arranging} aria-label={t("earlier")} onClick={() => void move(index, -1)} />
                  <Button type="text" size="small" icon={<ArrowRightOutlined />} disabled={index === media.length - 1 || arranging} aria-label={t("later")} onClick={() => void move(index, 1)} />
                  <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("remove", { name: each.alt })} onClick={() => void takeAway(each.id)} />
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <div className="k-row s-adders">
        <Upload
          accept={TYPES.join()}
          showUploadList={false}
          beforeUpload={(file) => {
            void send(file);
            return false;
          }}
        >
          <Button icon={<UploadOutlined />} loading={adding}>
            {t("addPicture")}
          </Button>
        </Upload>
        <Select
          aria-label={t("momentOf")}
          prefix={t("momentOf")}
          value={moment}
          popupMatchSelectWidth={false}
          options={MOMENTS.map((value) => ({ value, label: t(`moment.${value}`) }))}
          onChange={setMoment}
        />
      </div>
    </>
  );
}
