/*
 * embed HEADER ARRAY OUT.c FILE…: writes the files as C arrays, and ARRAY of
 * struct shipped (src/base/shipped.h), which HEADER declares. The files have to
 * be given in ascending order of their names.
 */

#include <stdio.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static int add_bytes(FILE *out, const char *path, int number)
{
    FILE *in = fopen(path, "rb");
    int c, n = 0;

    if (!in) {
        perror(path);
        return -1;
    }
    fprintf(out, "static const unsigned char file%d[] = {", number);
    while ((c = getc(in)) != EOF)
        fprintf(out, "%s%d,", n++ % 20 ? "" : "\n", c);
    fprintf(out, "\n0};\n\n"); /* never empty */
    fclose(in);
    return 0;
}

int main(int argc, char **argv)
{
    FILE *out;

    if (argc < 4 || !(out = fopen(argv[3], "wb"))) {
        fprintf(stderr, "usage: embed HEADER ARRAY OUT.c FILE...\n");
        return 2;
    }
    fprintf(out, "#include \"%s\"\n\n", argv[1]);
    for (int i = 4; i < argc; i++)
        if (add_bytes(out, argv[i], i) < 0)
            return 1;
    fprintf(out, "const struct shipped %s[] = {\n", argv[2]);
    for (int i = 4; i < argc; i++) {
        const char *name = base_name(argv[i]);
        fprintf(out, "{\"%.*s\", file%d, sizeof(file%d) - 1},\n",
                (int)strcspn(name, "."), name, i, i);
    }
    fprintf(out, "{0}};\n");
    return fclose(out) == 0 ? 0 : 1;
}
