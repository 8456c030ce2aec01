/** One order with all that happened to it, and what can be done next. */

import { OperatorOrderDocument, OperatorPersonalDataDocument, type OperatorOrderQuery } from '@daiqu/client';
import { Empty, Facts, Failed, Loading, StateTag, useFormat, useMay, useTexts } from '@daiqu/kit';
import { Button, Image, Rate } from 'antd';
import { CheckCircleFilled, ClockCircleOutlined, EnvironmentOutlined, ThunderboltFilled } from '@ant-design/icons';
import { useEffect, useState, type ReactNode } from 'react';
import { useClient, useQuery } from 'urql';
import { Moves } from './moves';
import { Standing } from './standing';
import { texts } from './texts';
import { isBooked, kindKey, orderWords, reasonKey } from './words';

type Order = NonNullable<OperatorOrderQuery['order']>;

const useOrder = (id: string) => useQuery({ query: OperatorOrderDocument, variables: { id } });

export function OrderTitle({ id }: { id: string }) {
  const t = useTexts(texts);
  const words = useTexts(orderWords);
  const [{ data }] = useOrder(id);
  const order = data?.order;
  if (!order) return <>{t('title')}</>;
  return (
    <span className="o-title">
      {order.number}
      <Standing order={order} />
      {order.urgent && (
        <span className="k-row o-urgent-words">
          <ThunderboltFilled className="o-urgent" /> {words('urgent')}
        </span>
      )}
    </span>
  );
}

export function OrderFoot({ id, onMoved }: { id: string; onMoved: () => void }) {
  const t = useTexts(texts);
  const may = useMay('ORDERS_MANAGE');
  const [{ data }, again] = useOrder(id);
  if (!data?.order || !may) return null;
  const { order } = data;
  return (
    <div className="o-foot">
      <Moves
        order={order}
        none={<span className="k-quiet">{t('noneToDo')}</span>}
        onMoved={() => {
          again({ requestPolicy: 'network-only' });
          onMoved();
        }}
      />
    </div>
  );
}

/** `heard` is what an event brought of this order: it is read again then. */
export function OrderSheet({ id, heard }: { id: string; heard: unknown }) {
  const t = useTexts(texts);
  const [{ data, error, fetching }, again] = useOrder(id);
  useEffect(() => {
    if (heard) again({ requestPolicy: 'network-only' });
  }, [heard, again]);
  if (error && !data) return <Failed error={error} retry={() => again({ requestPolicy: 'network-only' })} />;
  if (!data) return fetching ? <Loading /> : null;
  if (!data.order) return <Empty title={t('gone')} />;
  return <Sheet order={data.order} />;
}

function Sheet({ order }: { order: Order }) {
  const t = useTexts(texts);
  const words = useTexts(orderWords);
  const format = useFormat();
  const { quote, payment, review } = order;
  let awaited = order.closedAt ? '—' : words('unassigned');
  if (isBooked(order) && order.booking) awaited = t('bookedCourier', { name: order.booking.courier.displayName });
  return (
    <>
      <Facts
        items={[
          [t('service'), order.serviceName],
          [t('placed'), format.instant(order.placedAt)],
          [t('courier'), order.courier?.displayName ?? awaited],
          order.customerId != null && [t('customer'), <Customer key="customer" id={order.customerId} />],
          [
            t('payment'),
            `${words(`payment.${order.paymentMethod}`)}${payment ? ` · ${words(`paid.${payment.state}`)}` : ''}`,
          ],
          order.earning != null && [t('earning'), order.earning.formatted],
          quote.distanceMeters != null && [t('distance'), format.meters(quote.distanceMeters)],
          quote.wantedAt != null && [t('wanted'), format.instant(quote.wantedAt)],
          order.note !== '' && [t('note'), order.note],
        ]}
      />
      <Part title={t('parts.stops')}>
        <ol className="o-stops">
          {order.stops.map((stop) => (
            <StopItem key={stop.id} stop={stop} />
          ))}
        </ol>
      </Part>
      {order.work.length > 0 && (
        <Part title={t('parts.work')}>
          <ul>
            {order.work.map((step) => (
              <li key={step.key} className="o-check">
                {step.doneAt ? (
                  <CheckCircleFilled style={{ color: '#2aa053', marginTop: 4 }} />
                ) : (
                  <ClockCircleOutlined className="k-quiet" style={{ marginTop: 4 }} />
                )}
                <span>
                  {step.name}
                  <span className="k-quiet">
                    {step.doneAt ? ` · ${format.time(step.doneAt)}` : step.required ? '' : ` · ${t('optional')}`}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {order.items.length > 0 && (
        <Part title={t('parts.items')}>
          <table className="o-lines">
            <tbody>
              {order.items.map((item, index) => (
                <tr key={index}>
                  <th scope="row">
                    {item.name} × {item.quantity}
                  </th>
                  <td>{item.unitPrice?.formatted}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Part>
      )}
      {order.answers.length > 0 && (
        <Part title={t('parts.answers')}>
          <Facts items={order.answers.map((answer) => [answer.label, answer.text] as const)} />
        </Part>
      )}
      <Part title={t('parts.price')}>
        <table className="o-lines">
          <tbody>
            {quote.lines.map((line, index) => (
              <tr key={index}>
                <th scope="row">{line.text}</th>
                <td>{line.amount.formatted}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('sum')}</th>
              <td>{order.total.formatted}</td>
            </tr>
          </tfoot>
        </table>
      </Part>
      {review && (
        <Part title={t('parts.review')}>
          <span role="img" aria-label={t('stars', { count: review.score })}>
            <Rate disabled value={review.score} aria-hidden="true" />
          </span>
          {review.text && <p>{review.text}</p>}
        </Part>
      )}
      <Part title={t('parts.history')}>
        <ol className="o-history">
          {order.history.map((step) => (
            <HistoryItem key={step.seq} step={step} />
          ))}
        </ol>
      </Part>
    </>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="o-part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function HistoryItem({ step }: { step: Order['history'][number] }) {
  const words = useTexts(orderWords);
  const format = useFormat();
  return (
    <li>
      <time dateTime={step.at}>{format.moment(step.at)}</time>
      <span>
        {words(kindKey(step.kind))}
        <span className="k-quiet">
          {' · '}
          {words(`by.${step.by}`)}
          {step.reason ? ` · ${words(reasonKey(step.reason))}` : ''}
        </span>
      </span>
    </li>
  );
}

function StopItem({ stop }: { stop: Order['stops'][number] }) {
  const t = useTexts(texts);
  const words = useTexts(orderWords);
  const format = useFormat();
  const mark = stop.state === 'DONE' ? 'o-stop-done' : stop.state === 'ARRIVED' ? 'o-stop-here' : '';
  const where = [stop.address.text, stop.address.door].filter(Boolean).join(', ');
  const who = [stop.address.contactName, stop.address.phone].filter(Boolean).join(' · ');
  const position = `${stop.latitude.toFixed(5)}, ${stop.longitude.toFixed(5)}`;
  return (
    <li className={`o-stop ${mark}`}>
      <div className="o-stop-head">
        <span className="k-strong">{words(`stop.${stop.kind}`)}</span>
        <span className="k-quiet k-nowrap">
          {stop.doneAt
            ? t('doneAt', { at: format.moment(stop.doneAt) })
            : stop.arrivedAt
              ? t('arrivedAt', { at: format.moment(stop.arrivedAt) })
              : ''}
        </span>
      </div>
      <div>{where || <span className="k-quiet"><EnvironmentOutlined /> {position}</span>}</div>
      {who && <div className="k-quiet">{who}</div>}
      {stop.proofs.length > 0 && (
        <div className="o-proofs">
          {stop.proofs.map((proof) =>
            proof.photoUrl ? (
              <Image key={proof.hash} src={proof.photoUrl} alt={t('photo', { at: format.moment(proof.at) })} />
            ) : (
              <StateTag key={proof.hash} mood="good">
                {t('pin', { at: format.moment(proof.at) })}
              </StateTag>
            ),
          )}
        </div>
      )}
    </li>
  );
}

/** Who ordered: shown when asked for, since every reading of it is recorded. */
function Customer({ id }: { id: string }) {
  const t = useTexts(texts);
  const may = useMay('PERSONAL_DATA_READ');
  const client = useClient();
  const [shown, setShown] = useState<string>();
  const [asking, setAsking] = useState(false);
  if (shown) return <>{shown}</>;
  if (!may) return <>—</>;
  return (
    <Button
      size="small"
      loading={asking}
      title={t('revealHint')}
      onClick={async () => {
        setAsking(true);
        const { data } = await client.query(
          OperatorPersonalDataDocument,
          { personId: id, reason: 'ORDER' },
          { requestPolicy: 'network-only' },
        );
        setAsking(false);
        if (data) setShown([data.personalData.name, data.personalData.phone].filter(Boolean).join(' · ') || '—');
      }}
    >
      {t('reveal')}
    </Button>
  );
}
