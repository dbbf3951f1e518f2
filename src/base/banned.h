#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/*
 * Included by the build before every source outside base/: the functions that
 * lose a length, an error or the locale do not compile there.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <locale.h>

#pragma GCC poison malloc calloc realloc strcpy strcat sprintf vsprintf
#pragma GCC poison atoi atof atol strtok setlocale gets

#endif
