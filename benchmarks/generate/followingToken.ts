/** The token after the prompt for which all contenders are asked for logits, to see whether their caches are right. */
export const followingToken = 7;
