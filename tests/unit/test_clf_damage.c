/* CLF files that are none, and that want to harm: one sentence each. */

#include "test.h"

#include "lut_help.h"

static void wrong(const char *body, const char *why, const char *where)
{
    char text[3000];

    snprintf(text, sizeof(text), LIST "%s" END, body);
    refused(clf_parse, text, why, where);
}

TEST(wrong_files_are_refused)
{
    refused(clf_parse, "", "line 1", "no element");
    refused(clf_parse, "<a/>", "line 1", "ProcessList");
    refused(clf_parse, HEAD "compCLFversion=\"4\"></ProcessList>", "line 2",
            "1 … 3");
    refused(clf_parse, HEAD "version=\"x\"></ProcessList>", "line 2", "1 … 2");
    refused(clf_parse, LIST "<LUT1D", "line 3", "unclosed");
    wrong("", "without", "a process");
    wrong("<Bit/>", "line 3: 'Bit'", "Matrix and Range");
    wrong("<Log style=\"log2\" inBitDepth=\"9i\" outBitDepth=\"8i\"/>",
          "line 3: inBitDepth is '9i'", "10i");
    wrong("<Log style=\"log2\" inBitDepth=\"8i\"/>", "line 3: outBitDepth",
          "10i");
    wrong(TABLE TABLE, "line 3", "inBitDepth is not");
    wrong("<Log" F32 " style=\"ln\"/>", "line 3", "antiLog10");
    wrong("<Log" F32 " style=\"cameraLinToLog\"/>", "line 3", "linSideBreak");
    wrong("<Log" F32 " style=\"linToLog\"><LogParams base=\"1\"/></Log>",
          "line 3", "not 1");
    wrong("<Log" F32 " style=\"linToLog\"><LogParams base=\"e\"/></Log>",
          "line 3: base is 'e'", "no number");
    wrong("<Log" F32 " style=\"log2\"><LogParams channel=\"X\"/></Log>",
          "channel is 'X'", "R, G and B");
    wrong("<Exponent" F32 " style=\"gamma\"/>", "line 3", "monCurve");
    wrong("<Exponent" F32 " style=\"basicFwd\"><ExponentParams "
          "exponent=\"0\"/></Exponent>",
          "line 3", "0.01 … 100");
    wrong("<ASC_CDL" F32 " style=\"none\"/>", "line 3", "RevNoClamp");
    wrong("<ASC_CDL" F32 "><SOPNode><Slope>1 1</Slope></SOPNode></ASC_CDL>",
          "line 3", "expected 3 numbers, found 2");
    wrong("<ASC_CDL" F32 "><SatNode><Saturation>-1</Saturation></SatNode>"
          "</ASC_CDL>",
          "line 3", "0 or more");
    wrong("<ASC_CDL" F32 " style=\"Rev\"><SatNode><Saturation>0</Saturation>"
          "</SatNode></ASC_CDL>",
          "line 3", "saturation of 0");
    wrong("<Range" F32 "/>", "line 3", "all four");
    wrong("<Range" F32 "><minInValue>0</minInValue></Range>", "line 3",
          "all four");
    wrong("<Range" F32 "><minInValue>0</minInValue><minOutValue>1"
          "</minOutValue></Range>",
          "line 3", "same value");
    wrong("<LUT1D" F32 "/>", "line 3", "without its Array");
    wrong("<LUT1D" F32 " hueAdjust=\"dw3\"/>", "line 3", "allowed is none");
    wrong("<InverseLUT1D" F32 "/>", "line 3: 'InverseLUT1D'", "allowed");
}

TEST(wrong_arrays_are_refused)
{
#define LUT1D(dim, numbers)                                                    \
    "<LUT1D" F32 ">\n<Array dim=\"" dim "\">" numbers "</Array></LUT1D>"
#define LUT3D(dim, numbers)                                                    \
    "<LUT3D" F32 "><Array dim=\"" dim "\">" numbers "</Array></LUT3D>"
    wrong(LUT1D("", "0"), "line 4: an Array with dim ''", "whole numbers");
    wrong(LUT1D("2", "0 1"), "line 4", "1 or 3");
    wrong(LUT1D("2 2", "0 1"), "line 4", "1 or 3");
    wrong(LUT1D("1 1", "0"), "line 4", "2 … 1048576");
    wrong(LUT1D("1e9 1", "0"), "line 4", "whole numbers");
    wrong(LUT1D("-2 1", "0"), "line 4", "whole numbers");
    wrong(LUT1D("2.5 1", "0"), "line 4", "whole numbers");
    wrong(LUT1D("65536 3", "0"), "196608 numbers", "bytes");
    wrong(LUT1D("2 1", "0"), "line 4: expected 2 numbers", "found 1");
    wrong(LUT1D("2 1", "0 1 2"), "line 4", "more than 2");
    wrong(LUT1D("2 1", "0 nan"), "line 4: 'nan'", "finite");
    wrong(LUT1D("2 1", "0 1e39"), "line 4: '1e39'", "finite");
    wrong(LUT1D("2 1", "0 x"), "line 4: 'x'", "finite");
    wrong(LUT1D("2 1", "0 <b/>"), "line 4: 'b'", "nothing can be");
    wrong("<LUT1D" F32 " halfDomain=\"true\"><Array dim=\"2 1\">0 1</Array>"
          "</LUT1D>",
          "halfDomain with 2", "65536");
    wrong("<LUT1D" F32 "><Array dim=\"2 1\">0 1</Array><Array dim=\"2 1\">0 1"
          "</Array></LUT1D>",
          "line 3", "second Array");
    wrong("<LUT1D" F32 "><IndexMap dim=\"3\">0@0</IndexMap></LUT1D>", "line 3",
          "allowed is 2");
    wrong(LUT3D("2 2 3 3", "0"), "line 3", "equal sides");
    wrong(LUT3D("2 2 2 1", "0"), "line 3", "equal sides");
    wrong(LUT3D("257 257 257 3", "0"), "line 3", "2 … 256");
    wrong(LUT3D("256 256 256 3", "0"), "50331648 numbers", "bytes");
    wrong("<Matrix" F32 "><Array dim=\"2 2\">1 0 0 1</Array></Matrix>",
          "line 3", "3 3, 3 4");
    wrong("<Matrix" F32 "><Array dim=\"4 4\">1 0 0 1 0 1 0 0 0 0 1 0 0 0 0 1"
          "</Array></Matrix>",
          "line 3", "alpha");
    wrong("<Log" F32 " style=\"log2\"><Array dim=\"2\">0 1</Array></Log>",
          "line 3", "has none");
}

/* Entities that grow, and levels without an end. */
TEST(hostile_xml_is_refused)
{
    char text[6000] = LIST "<Info>";

    refused(clf_parse,
            "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"bb\">]>"
            "<ProcessList id=\"a\" compCLFversion=\"3\">&b;</ProcessList>",
            "line 1: a document type", "not allowed");
    refused(clf_parse,
            "<!DOCTYPE a SYSTEM \"file:///etc/passwd\">"
            "<ProcessList id=\"a\" compCLFversion=\"3\"></ProcessList>",
            "line 1: a document type", "not allowed");
    wrong("<Description>&other;</Description>", "line 3", "undefined entity");
    for (int i = 0; i < 200; i++)
        strcat(text, "<a>");
    refused(clf_parse, text, "line 3", "16 elements");
    strcpy(text, LIST);
    for (int i = 0; i < LUT_STAGES_MAX + 1; i++)
        strcat(text, "<Log" F32 " style=\"log2\"/>");
    refused(clf_parse, text, "more than 64", "stages");
}

TEST(noise_is_refused)
{
    survives_noise(clf_parse, LIST TABLE CUBE END);
    survives_noise(clf_parse, LIST "<Matrix" F32 "><Array dim=\"3 4\">1 0 0 0 "
                                   "0 1 0 .1 0 0 1 0</Array></Matrix>"
                                   "<Log" F32 " style=\"linToLog\"><LogParams "
                                   "base=\"10\"/></Log>" END);
}

TEST(no_memory_is_survived)
{
    survives_no_memory(clf_parse, LIST TABLE CUBE END);
}

TESTS(wrong_files_are_refused, wrong_arrays_are_refused, hostile_xml_is_refused,
      noise_is_refused, no_memory_is_survived)
