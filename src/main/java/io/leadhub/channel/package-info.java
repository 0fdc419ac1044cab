/**
 * How each way in and out is: whether the provider takes our token, what it thinks of our number,
 * when it was last heard of, and whether it is quiet for too long.
 */
package io.leadhub.channel;
