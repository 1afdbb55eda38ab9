package io.ethpeerflow.wire.multiformats;

import io.ethpeerflow.wire.WireFormatException;
import java.util.HashMap;
import java.util.Map;

/** Base256emoji: one code point for each byte value. */
final class EmojiCodec implements TextCodec {
  private static final String ALPHABET =
      "🚀🪐☄🛰🌌🌑🌒🌓🌔🌕🌖🌗🌘🌍🌏🌎🐉☀💻🖥💾💿😂❤😍🤣😊🙏💕😭😘👍"
          + "😅👏😁🔥🥰💔💖💙😢🤔😆🙄💪😉☺👌🤗💜😔😎😇🌹🤦🎉💞✌✨🤷😱😌🌸🙌"
          + "😋💗💚😏💛🙂💓🤩😄😀🖤😃💯🙈👇🎶😒🤭❣😜💋👀😪😑💥🙋😞😩😡🤪👊🥳"
          + "😥🤤👉💃😳✋😚😝😴🌟😬🙃🍀🌷😻😓⭐✅🥺🌈😈🤘💦✔😣🏃💐☹🎊💘😠☝"
          + "😕🌺🎂🌻😐🖕💝🙊😹🗣💫💀👑🎵🤞😛🔴😤🌼😫⚽🤙☕🏆🤫👈😮🙆🍻🍃🐶💁"
          + "😲🌿🧡🎁⚡🌞🎈❌✊👋😰🤨😶🤝🚶💰🍓💢🤟🙁🚨💨🤬✈🎀🍺🤓😙💟🌱😖👶"
          + "🥴▶➡❓💎💸⬇😨🌚🦋😷🕺⚠🙅😟😵👎🤲🤠🤧📌🔵💅🧐🐾🍒😗🤑🌊🤯🐷☎"
          + "💧😯💆👆🎤🙇🍑❄🌴💣🐸💌📍🥀🤢👅💡💩👐📸👻🤐🤮🎼🥵🚩🍎🍊👼💍📣🥂";

  private final int[] emoji = ALPHABET.codePoints().toArray();
  private final Map<Integer, Byte> values = new HashMap<>();

  EmojiCodec() {
    for (int i = 0; i < emoji.length; i++) {
      values.put(emoji[i], (byte) i);
    }
  }

  @Override
  public void encode(byte[] data, StringBuilder out) {
    for (byte b : data) {
      out.appendCodePoint(emoji[b & 0xff]);
    }
  }

  @Override
  public byte[] decode(String text, int from, int to) throws WireFormatException {
    byte[] out = new byte[text.codePointCount(from, to)];
    int i = from;
    for (int at = 0; at < out.length; at++) {
      int codePoint = text.codePointAt(i);
      Byte value = values.get(codePoint);
      if (value == null) {
        throw new WireFormatException(
            "character U+" + Integer.toHexString(codePoint) + " is not in base256emoji");
      }
      out[at] = value;
      i += Character.charCount(codePoint);
    }
    return out;
  }
}
