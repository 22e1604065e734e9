/* cksum.h -- the checksum of POSIX cksum; no concurrency here.
 * SPDX-License-Identifier: 0BSD */
#include <inttypes.h>

struct sum {
    const char *file;
    uint32_t crc;
    uint64_t length;
    int error; /* an errno, or 0: then crc and length are right */
};

static uint32_t cksum_add(uint32_t crc, const unsigned char *p, size_t n)
{
    /* The remainder for each value of four bits: two look-ups per byte. */
    static const uint32_t table[16] = {
        0x00000000, 0x04c11db7, 0x09823b6e, 0x0d4326d9, 0x130476dc, 0x17c56b6b,
        0x1a864db2, 0x1e475005, 0x2608edb8, 0x22c9f00f, 0x2f8ad6d6, 0x2b4bcb61,
        0x350c9b64, 0x31cd86d3, 0x3c8ea00a, 0x384fbdbd};
    for (; n > 0; n--, p++) {
        crc = crc << 4 ^ table[crc >> 28 ^ *p >> 4];
        crc = crc << 4 ^ table[crc >> 28 ^ (*p & 15)];
    }
    return crc;
}

/* Sums the blocks of a file, and then its length, as POSIX says. On a slow disk
 * the file stays open for disk_ms longer. */
static struct sum cksum(const char *file, int disk_ms)
{
    struct sum sum = {.file = file};
    unsigned char block[65536];
    FILE *in = fopen(file, "r");
    if (in)
        sleep_ms(disk_ms);
    for (size_t n; in && (n = fread(block, 1, sizeof block, in)) > 0;) {
        sum.crc = cksum_add(sum.crc, block, n);
        sum.length += n;
    }
    if (!in || ferror(in))
        sum.error = errno;
    if (in)
        fclose(in);
    for (uint64_t rest = sum.length; rest > 0; rest >>= 8)
        sum.crc = cksum_add(sum.crc, &(unsigned char){rest & 255}, 1);
    sum.crc = ~sum.crc;
    return sum;
}
