import { memo, useLayoutEffect } from "react";
import { useListed, useSay, useWorkspace } from "../app/context";
import { chatsInOrder, offersInOrder, waitingInQueues } from "../feed/order";
import { ActiveRow } from "./ActiveRow";
import classes from "./Lists.module.css";
import { NewRow } from "./NewRow";
import { RowList } from "./RowList";
import { useHeldOrder } from "./useHeldOrder";
import { useLasting } from "./useLasting";
import { useSights } from "./useSights";

/**
 * Offers come and go before the counts of their queues, which the server tells twice a second at most, and the lists follow
 * five times a second: what is true for no longer than both, in milliseconds, was never so.
 */
const pace = 900;

/** New and Active, two lists that are never mixed (S100). */
export const Lists = memo(function Lists() {
  return (
    <div className={classes.lists}>
      <NewList />
      <ActiveList />
    </div>
  );
});

function NewList() {
  const say = useSay();
  const wanted = useListed(offersInOrder);
  const { shown, handlers } = useHeldOrder(wanted);
  const sights = useSights(shown);
  const behind = useLasting(
    useListed((v) => Math.max(0, waitingInQueues(v) - v.offers.size)),
    pace,
  );
  const active = useListed((v) => v.me?.effective === "active");
  return (
    <section className={classes.list} aria-label={say("lists.newCount", { count: wanted.length })} {...handlers}>
      <h2 className={classes.title}>
        {say("lists.new")} <span className={classes.count}>{wanted.length}</span>
      </h2>
      {shown.length === 0 ? (
        <p className={classes.none}>{say(active ? "lists.noOffers" : "lists.noOffersInactive")}</p>
      ) : (
        <RowList ids={shown} row={(id) => <NewRow key={id} chat={id} sights={sights} />} />
      )}
      {active && behind > 0 && <p className={classes.behind}>{say("lists.moreWaiting", { count: behind })}</p>}
    </section>
  );
}

function ActiveList() {
  const say = useSay();
  const wanted = useListed(chatsInOrder);
  const { shown, handlers } = useHeldOrder(wanted);
  const sights = useSights(shown);
  const workspace = useWorkspace();
  useLayoutEffect(() => {
    workspace.shownChats = shown;
  }, [workspace, shown]);
  return (
    <section className={classes.list} aria-label={say("lists.activeCount", { count: wanted.length })} {...handlers}>
      <h2 className={classes.title}>
        {say("lists.active")} <span className={classes.count}>{wanted.length}</span>
      </h2>
      {shown.length === 0 ? (
        <p className={classes.none}>{say("lists.noChats")}</p>
      ) : (
        <RowList ids={shown} row={(id) => <ActiveRow key={id} chat={id} sights={sights} />} />
      )}
    </section>
  );
}
