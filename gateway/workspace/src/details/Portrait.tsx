import { Avatar } from "@mantine/core";
import { ChannelGlyph } from "../lists/ChannelGlyph";
import type { Channel, Contact } from "../protocol/frames.gen";
import { fileAddress } from "../protocol/rest";
import { initials } from "./initials";
import classes from "./Portrait.module.css";

/** Who the contact is. The picture's place has its size before the picture is there. */
export function Portrait({ contact, channel }: { contact: Contact; channel: Channel }) {
  return (
    <div className={classes.portrait}>
      <Avatar
        key={contact.id}
        src={contact.photo === null ? null : fileAddress(contact.photo)}
        alt=""
        size={52}
        radius="xl"
        className={classes.picture ?? ""}
      >
        <span aria-hidden>{initials(contact.name)}</span>
      </Avatar>
      <div className={classes.texts}>
        <p className={classes.name}>
          <bdi>{contact.name}</bdi>
        </p>
        <p className={classes.channel}>
          <ChannelGlyph provider={channel.provider} size={15} />
          <bdi className={classes.cut}>{channel.name}</bdi>
        </p>
      </div>
    </div>
  );
}
