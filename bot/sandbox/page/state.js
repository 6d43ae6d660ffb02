// What the page knows: the world as the sandbox told it, and where the reader is in it.

/** Discord's message flags that the page looks at. */
export const FLAGS = { ephemeral: 64, loading: 128, voice: 8192, componentsV2: 32768 };

// Channels are marked before they are known (a first direct message); past this the unknown ones are dropped.
const MOST_UNREAD = 200;
const EMPTY_WORLD = { me: "", bot: { user_id: "", connected: false }, users: [], guilds: [], commands: [] };
const NOBODY = { id: "", username: "unknown", display_name: "Unknown member", bot: false, color: "#77727f" };

/** Snowflakes in order of time: longer is later, then by digits. */
export function compareIds(left, right) {
  if (left.length !== right.length) return left.length - right.length;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** Emits `world` (something changed), `place` (another channel) and `connection` (socket opened or lost). */
export class Store extends EventTarget {
  world = EMPTY_WORLD;
  connection = "connecting";
  hasSeenBot = false;
  channelId = "";
  unread = new Set();

  setWorld(world) {
    this.world = { ...EMPTY_WORLD, ...world };
    this.world.guilds = [...this.world.guilds, ...this.#directMessages(world)];
    this.hasSeenBot ||= this.isBotConnected;
    const known = this.world.guilds.flatMap((guild) => guild.channels.map((channel) => channel.id));
    if (this.unread.size > MOST_UNREAD) this.unread = new Set([...this.unread].filter((id) => known.includes(id)));
    const isLost = !known.includes(this.channelId);
    if (isLost) this.channelId = known[0] ?? "";
    this.#tell("world");
    if (isLost) this.#tell("place");
  }

  setConnection(connection) {
    if (this.connection === connection) return;
    this.connection = connection;
    this.#tell("connection");
  }

  goTo(channelId) {
    this.unread.delete(channelId);
    if (channelId === this.channelId) return;
    this.channelId = channelId;
    this.#tell("place");
  }

  markUnread(channelId) {
    if (channelId === this.channelId || this.unread.has(channelId)) return;
    this.unread.add(channelId);
    this.#tell("world");
  }

  get me() {
    return this.user(this.world.me);
  }

  /** The language of the member's Discord, as Discord names it. */
  get locale() {
    return this.me.locale ?? "en-US";
  }

  get isBotConnected() {
    return Boolean(this.world.bot.connected);
  }

  get guild() {
    const here = (guild) => guild.channels.some((channel) => channel.id === this.channelId);
    return this.world.guilds.find(here) ?? null;
  }

  get channel() {
    return this.channelById(this.channelId);
  }

  channelById(id) {
    return this.world.guilds.flatMap((guild) => guild.channels).find((channel) => channel.id === id) ?? null;
  }

  user(id) {
    return this.world.users.find((user) => user.id === id) ?? { ...NOBODY, id };
  }

  /** The members of the guild the reader is in, or the people of this very talk. */
  get members() {
    return (this.channel?.members ?? this.guild?.members ?? []).map((id) => this.user(id));
  }

  /** The member's direct messages as one more place beside the servers; nowhere until there are any. */
  #directMessages(world) {
    const channels = (world.dms ?? []).map((dm) => ({ ...dm, topic: "", sign: "@" }));
    if (channels.length === 0) return [];
    return [{
      id: "direct",
      name: "Direct messages",
      color: "",
      members: [world.me],
      channels,
      roles: [],
      permissions: [],
      isDirect: true,
    }];
  }

  /** The roles of this server, @everyone first; none in direct messages. */
  get roles() {
    return this.guild?.roles ?? [];
  }

  /** The commands the member may use in this channel, as the sandbox says. `type`: 1 chat, 2 member, 3 message. */
  commandsHere(type) {
    const usable = new Set(this.channel?.commands ?? []);
    return this.world.commands.filter((command) => usable.has(command.id) && (command.type ?? 1) === type);
  }

  #tell(name) {
    this.dispatchEvent(new Event(name));
  }
}
