/** Partners' links: who opened one, where they are sent, who is told, and the QR code of it. */
package io.leadhub.click;
