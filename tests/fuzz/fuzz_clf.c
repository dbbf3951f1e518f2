/* CLF and CTF files: what is taken is a list of sound stages. */

#include <string.h>

#include "fuzz.h"
#include "lut_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lut *lut = NULL;
    struct err e = {0};

    if (clf_parse(data, size, &lut, &e) == 0)
        lut_check(lut);
    else if (!e.text[0])
        fuzz_fail("refused without a reason");
    lut_free(lut);
    return 0;
}

#define LIST "<?xml version='1.0'?><ProcessList id='a' compCLFversion='3'>\n"
#define BITS " inBitDepth='10i' outBitDepth='10i'"
#define END  "</ProcessList>\n"

void fuzz_seeds(void)
{
    static const char *const texts[] = {
        LIST "<Description>d &lt; &#8211;</Description><Range" BITS
             "><minInValue>64</minInValue><maxInValue>940</maxInValue>"
             "<minOutValue>0</minOutValue><maxOutValue>1023</maxOutValue>"
             "</Range><LUT1D" BITS "><Array dim='3 1'>0 500 1023</Array>"
             "</LUT1D>" END,
        LIST "<LUT3D" BITS " interpolation='trilinear'><Array dim='2 2 2 3'>"
             "0 0 0 0 0 9 0 9 0 0 9 9 9 0 0 9 0 9 9 9 0 9 9 9</Array></LUT3D>"
             "<LUT1D" BITS "><IndexMap dim='2'>64@0 940@1</IndexMap>"
             "<Array dim='2 3'>0 1 2 3 4 5</Array></LUT1D>" END,
        LIST "<ASC_CDL" BITS " style='FwdNoClamp'><SOPNode><Slope>1 2 3"
             "</Slope><Offset>0 0 .1</Offset><Power>1 1 2</Power></SOPNode>"
             "<SatNode><Saturation>.5</Saturation></SatNode></ASC_CDL>"
             "<Matrix" BITS "><Array dim='3 4'>1 0 0 0 0 1 0 0 0 0 1 .5"
             "</Array></Matrix>" END,
        LIST "<Log" BITS " style='cameraLinToLog'><LogParams base='10' "
             "linSideBreak='.01' channel='R'/><LogParams linSideBreak='.02'/>"
             "</Log><Exponent" BITS " style='monCurveRev'><ExponentParams "
             "exponent='2.4' offset='.055'/></Exponent>" END,
        "<ProcessList version='1.7' name='n'><Gamma inBitDepth='16f' "
        "outBitDepth='32f' style='basicFwd'><GammaParams gamma='2'/></Gamma>"
        "<Log inBitDepth='32f' outBitDepth='32f' style='logToLin'><LogParams "
        "gamma='.6' refWhite='685' refBlack='95' highlight='1' shadow='0'/>"
        "</Log>" END,
        "<!DOCTYPE a [<!ENTITY b 'bb'>]><ProcessList>&b;" END,
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        fuzz_seed(texts[i], strlen(texts[i]));
}
